import type { Endpoint } from '../../ir/dialect.ts'

/** The version we speak. A client's own `anthropic-version` wins where its headers are passed on. */
export const apiVersion: Endpoint['headers'] = { 'anthropic-version': '2023-06-01' }

/** Messages are posted to one path, streamed or not; the model is in the body. */
export const messagesEndpoint: Endpoint = { path: '/messages', headers: apiVersion }
