import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { Obtained } from './credential-ports.ts'
import { type Perishable, TokenSource } from './token-source.ts'

interface Token extends Perishable {
  readonly name: string
}

/** A source whose clock and whose server stand in the test's hand. */
function open(): {
  readonly source: TokenSource<Token>
  readonly asked: () => number
  readonly answer: (answer: Obtained<Token>) => Promise<void>
  readonly pass: (ms: number) => void
} {
  let nowMs = 0
  let asked = 0
  let settle: (answer: Obtained<Token>) => void = () => undefined
  const source = new TokenSource<Token>({
    nowMs: () => nowMs,
    obtain: () => {
      asked++
      return new Promise((resolve) => {
        settle = resolve
      })
    },
  })
  return {
    source,
    asked: () => asked,
    async answer(answer) {
      settle(answer)
      await Promise.resolve()
      await Promise.resolve()
    },
    pass: (ms) => {
      nowMs += ms
    },
  }
}

const hour = 3_600_000
const good = (name: string, lifeMs = hour): Obtained<Token> => ({ ok: true, value: { name, lifeMs } })
const bad: Obtained<Token> = { ok: false, problem: 'no luck' }

describe('one token for all', () => {
  test('fifty calls that find none wait for the same answer', async () => {
    const { source, asked, answer } = open()
    const waiting = Array.from({ length: 50 }, () => source.take())
    await answer(good('a'))
    const got = await Promise.all(waiting)
    expect(asked()).toBe(1)
    expect(got.every((each) => each.ok && each.value.name === 'a')).toBe(true)
    expect(source.take()).toEqual(good('a'))
  })

  test('an ageing token is handed out while one renewal runs beside', async () => {
    const { source, asked, answer, pass } = open()
    void source.take()
    await answer(good('a'))
    pass(hour - 300_001)
    expect(source.take()).toEqual(good('a'))
    expect(asked()).toBe(1)
    pass(1)
    for (let calls = 0; calls < 20; calls++) expect(source.take()).toEqual(good('a'))
    expect(asked()).toBe(2)
    await answer(good('b'))
    expect(source.take()).toEqual(good('b'))
  })

  test('an ended token is never handed out', async () => {
    const { source, asked, answer, pass } = open()
    void source.take()
    await answer(good('a', 60_000))
    pass(50_000)
    const waiting = source.take()
    expect(waiting).toBeInstanceOf(Promise)
    expect(asked()).toBe(2)
    await answer(good('b'))
    expect(await waiting).toEqual(good('b'))
  })
})

test('a server whose tokens end at once is not asked at every call', async () => {
  const { source, asked, answer, pass } = open()
  void source.take()
  await answer(good('a', 0))
  for (let calls = 0; calls < 50; calls++) expect(source.take()).toEqual(good('a', 0))
  expect(asked()).toBe(1)
  pass(20_000)
  expect(source.take()).toBeInstanceOf(Promise)
  expect(asked()).toBe(2)
})

describe('a server that fails', () => {
  test('is left alone for a pause that doubles up to a minute, and everybody hears why at once', async () => {
    const { source, asked, answer, pass } = open()
    for (const [failures, pauseMs] of [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000].entries()) {
      const waiting = source.take()
      expect(asked()).toBe(failures + 1)
      await answer(bad)
      expect(await waiting).toMatchObject({ ok: false, problem: 'no luck', retryAfterMs: pauseMs })
      for (let calls = 0; calls < 50; calls++) expect(source.take()).toMatchObject({ ok: false, problem: 'no luck' })
      pass(pauseMs - 1)
      expect(source.take()).toMatchObject({ retryAfterMs: 1 })
      expect(asked()).toBe(failures + 1)
      pass(1)
    }
  })

  test('is asked again only after the time it named, a minute at most', async () => {
    const { source, answer } = open()
    const first = source.take()
    await answer({ ok: false, problem: 'slow down', retryAfterMs: 30_000 })
    expect(await first).toMatchObject({ retryAfterMs: 30_000 })
  })

  test('does no harm while the old token lives', async () => {
    const { source, asked, answer, pass } = open()
    void source.take()
    await answer(good('a'))
    pass(hour - 200_000)
    expect(source.take()).toEqual(good('a'))
    await answer(bad)
    for (let calls = 0; calls < 50; calls++) expect(source.take()).toEqual(good('a'))
    expect(asked()).toBe(2)
    pass(1000)
    expect(source.take()).toEqual(good('a'))
    expect(asked()).toBe(3)
  })
})

describe('a token that was refused', () => {
  test('is forgotten when it has been used for a while', async () => {
    const { source, asked, answer, pass } = open()
    const taken = source.take()
    const first = good('a')
    await answer(first)
    await taken
    if (!first.ok) throw new Error('unreachable')
    expect(source.reject(first.value)).toBe(false)
    expect(source.take()).toEqual(first)
    pass(30_000)
    expect(source.reject(first.value)).toBe(true)
    void source.take()
    expect(asked()).toBe(2)
    await answer(good('b'))
    expect(source.reject(first.value)).toBe(true)
    expect(source.take()).toEqual(good('b'))
  })
})

test('law: whatever happens, at most one request is under way and no ended token is handed out', async () => {
  const step = fc.oneof(
    fc.record({ does: fc.constant('take' as const) }),
    fc.record({ does: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 2 * hour }) }),
    fc.record({ does: fc.constant('good' as const), lifeMs: fc.integer({ min: 0, max: hour }) }),
    fc.record({ does: fc.constant('bad' as const) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      let nowMs = 0
      let open = 0
      let made = 0
      const endsAt = new Map<string, number>()
      let settle: ((answer: Obtained<Token>) => void) | undefined
      const source = new TokenSource<Token>({
        nowMs: () => nowMs,
        obtain: () => {
          expect(++open).toBe(1)
          return new Promise((resolve) => {
            settle = resolve
          })
        },
      })
      const finish = async (answer: Obtained<Token>): Promise<void> => {
        if (!settle) return
        open--
        settle(answer)
        settle = undefined
        await Promise.resolve()
        await Promise.resolve()
      }
      for (const each of steps) {
        if (each.does === 'pass') nowMs += each.ms
        else if (each.does === 'bad') await finish(bad)
        else if (each.does === 'good') {
          const name = String(++made)
          endsAt.set(name, nowMs + Math.max(30_000, each.lifeMs))
          await finish(good(name, each.lifeMs))
        } else {
          const got = source.take()
          if (!(got instanceof Promise) && got.ok) expect(endsAt.get(got.value.name) ?? 0).toBeGreaterThan(nowMs)
        }
      }
    }),
  )
})
