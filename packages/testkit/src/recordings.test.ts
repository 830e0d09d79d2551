import { describe, expect, test } from 'bun:test'
import { framesOf, hasRecordings, loadRecordings, skippedLine } from './recordings.ts'

if (!hasRecordings()) process.stdout.write(`${skippedLine}\n`)

describe.if(hasRecordings())('recordings', () => {
  test('every file is there and says what the index says', () => {
    const all = loadRecordings()
    expect(all.length).toBeGreaterThan(1000)
    for (const each of all) {
      expect(each.response.status).toBe(each.status)
      expect(each.request.url).not.toBe('')
    }
  })

  test('every recorded stream of our dialects has frames', () => {
    const streams = loadRecordings((entry) => entry.dialect !== undefined && entry.stream && entry.status < 400)
    expect(streams.length).toBeGreaterThan(200)
    for (const each of streams) expect([each.path, framesOf(each).length > 0]).toEqual([each.path, true])
  })

  test('a filter sees entries before their files are read', () => {
    const gemini = loadRecordings((entry) => entry.dialect === 'gemini' && entry.format === 'json-array-stream')
    expect(gemini.length).toBe(2)
    expect(gemini.flatMap(framesOf).every((frame) => JSON.parse(frame.data).candidates)).toBe(true)
  })
})

test('without recordings nothing is loaded', () => {
  expect(hasRecordings() || loadRecordings().length === 0).toBe(true)
})
