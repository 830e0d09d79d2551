import { expect, test } from 'bun:test'
import { answerJson } from '@sluice/testkit/answer.ts'
import { startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { ask } from '../ask.ts'
import { startTestGateway } from '../start-test-gateway.ts'
import { bearer } from './credential-house.ts'
import { checkSignature } from './verify-sigv4.ts'

/** Routes of a cloud that pass through carry what authorises its calls; tokens outlive a reload. */
const key = { accessKeyId: 'AKIACANARY0000000001', secretAccessKey: 'canary+secret/0123456789' }
const passKey = 'sl-P4ssThr0ughK3yForTheseTests0123456789abcdef'

test('a route that passes through is signed, or has the cloud’s own key or token', async () => {
  await using provider = await startFakeProvider({ answer: answerJson({ ok: true }) })
  await using tokens = await startFakeProvider({ answer: bearer('token') })
  const at = `base_url: ${provider.url}`
  await using gateway = await startTestGateway(
    `providers:
  bedrock: { ${at}, aws_region_name: us-east-1, aws_access_key_id: ${key.accessKeyId}, aws_secret_access_key: ${key.secretAccessKey} }
  azure: { ${at}, api_key: canary-azure-key-0123456789 }
  entra: { type: azure, ${at}, tenant_id: t, client_id: c, client_secret: canary-secret, azure_authority_host: "${tokens.url}" }
settings: { detect: false }`,
    { keys: [`{ name: pass, key: ${passKey}, passthrough: true }`] },
  )
  const pass = (path: string, body: object): Promise<Response> =>
    fetch(gateway.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${passKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const last = () => {
    const call = provider.journal.at(-1)
    if (!call) throw new Error('nothing was sent')
    return call
  }
  expect((await pass('/bedrock/model/amazon.titan-embed-text-v2%3A0/invoke', { inputText: 'x' })).status).toBe(200)
  expect(last().path).toBe('/model/amazon.titan-embed-text-v2%3A0/invoke')
  expect(checkSignature(last(), key)).toMatchObject({ isGood: true, service: 'bedrock' })
  expect((await pass('/azure/openai/v1/embeddings', { model: 'e', input: 'x' })).status).toBe(200)
  expect(last().headers).toMatchObject({ 'api-key': 'canary-azure-key-0123456789' })
  expect(last().headers['authorization']).toBeUndefined()
  expect((await pass('/entra/openai/v1/embeddings', { model: 'e', input: 'x' })).status).toBe(200)
  expect(last().headers['authorization']).toBe('Bearer token')
  for (const { rawHeaders } of provider.journal) expect(JSON.stringify(rawHeaders)).not.toContain(passKey)
})

test('fifty callers at once, and a reload, take one token', async () => {
  await using provider = await startFakeProvider({
    answer: answerJson({
      id: 'x',
      object: 'chat.completion',
      created: 1,
      model: 'm',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }],
    }),
  })
  await using tokens = await startFakeProvider({ answer: bearer('token') })
  const yaml = `providers:
  entra: { type: azure, base_url: ${provider.url}, tenant_id: t, client_id: c, client_secret: canary-secret, azure_authority_host: "${tokens.url}" }
settings: { detect: false }`
  await using gateway = await startTestGateway(yaml)
  const call = () => ask(gateway, 'openai-chat', { model: 'entra/gpt-4o' })
  const answers = await Promise.all(Array.from({ length: 50 }, call))
  expect(answers.every(({ status }) => status === 200)).toBe(true)
  expect(await gateway.reconfigure(yaml)).toBe('reloaded')
  expect((await call()).status).toBe(200)
  expect(provider.journal).toHaveLength(51)
  expect(tokens.journal).toHaveLength(1)
})
