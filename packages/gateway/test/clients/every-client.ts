import { aiSdk } from './ai-sdk.ts'
import { anthropic } from './anthropic.ts'
import type { Client } from './client.ts'
import { google } from './google.ts'
import { langchain } from './langchain.ts'
import { openaiChat } from './openai-chat.ts'
import { openaiResponses } from './openai-responses.ts'

/** Every client library the gateway is held to. */
export const everyClient: readonly Client[] = [openaiChat, openaiResponses, anthropic, google, ...aiSdk, ...langchain]
