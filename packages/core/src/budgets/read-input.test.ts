import { describe, expect, test } from 'bun:test'
import type { Part } from '../ir/part.ts'
import type { GenerateRequest } from '../ir/request.ts'
import { boundInputTokens } from './bound-input.ts'
import { readInput } from './read-input.ts'

const requestOf = (...parts: readonly Part[]): GenerateRequest => ({
  model: 'm',
  messages: [{ role: 'user', parts }],
  tools: [],
  stop: [],
  stream: false,
})
const bytes = (count: number): string => 'A'.repeat(Math.ceil((count * 4) / 3))

describe('what a request puts in front of the model', () => {
  test('is every byte of its texts', () => {
    const input = readInput(
      requestOf(
        { kind: 'text', text: 'grüße' },
        { kind: 'tool-call', id: 'c', name: 'find', args: '{"q":1}', executor: 'client' },
      ),
    )
    expect(input).toMatchObject({ textBytes: 7 + 1 + 4 + 7, messages: 1, images: 0, hasUnbounded: false })
  })

  test('holds media by their kind', () => {
    const media = (mediaType: string): Part => ({
      kind: 'media',
      mediaType,
      source: { from: 'base64', data: bytes(3000) },
    })
    const input = readInput(requestOf(media('image/png'), media('audio/mp3'), media('video/mp4')))
    expect(input).toMatchObject({ images: 1, audioBytes: 3000, videoBytes: 3000, hasUnbounded: false })
  })

  test.each(['application/pdf', 'audio/mp3'])('is not bounded by the bytes of %s behind a URL', (mediaType) => {
    const input = readInput(requestOf({ kind: 'media', mediaType, source: { from: 'url', url: 'https://e/f' } }))
    expect(input.hasUnbounded).toBe(true)
    expect(boundInputTokens(input, undefined)).toBeUndefined()
    expect(boundInputTokens(input, 200_000)).toBe(200_000)
  })

  test('is found inside the results of tools', () => {
    const image: Part = { kind: 'media', mediaType: 'image/png', source: { from: 'url', url: 'https://e/i' } }
    const result: Part = {
      kind: 'tool-result',
      callId: 'c',
      name: '',
      content: [image, { kind: 'text', text: 'abc' }],
      isError: false,
    }
    expect(readInput(requestOf(result))).toMatchObject({ images: 1, textBytes: 1 + 3 })
  })
})
