import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { maxHeadBytes } from '../http/header-lines.ts'
import type { ResponseHead } from './response-head.ts'
import { ResponseParser } from './response-parser.ts'

interface Outcome {
  readonly heads: readonly { readonly status: number; readonly headers: Readonly<Record<string, string>> }[]
  readonly body: string
  readonly ends: number
  readonly fault: string | undefined
  readonly hasSurplus: boolean
  readonly isWholeAtClose: boolean
}

/** Feeds the answer cut at the given places, then closes. */
function parse(answer: string, cuts: readonly number[] = []): Outcome {
  const heads: ResponseHead[] = []
  let body = ''
  let ends = 0
  const parser = new ResponseParser({
    onHead: (head) => heads.push(head),
    onWholeBody: () => false,
    onBody: (bytes) => {
      body += Buffer.from(bytes).toString('latin1')
    },
    onEnd: () => ends++,
  })
  const places = [...new Set([0, ...cuts.map((cut) => cut % (answer.length + 1)), answer.length])].sort((a, b) => a - b)
  for (const [index, from] of places.slice(0, -1).entries()) {
    const fault = parser.push(Buffer.from(answer.slice(from, places[index + 1]), 'latin1'))
    if (fault) return { heads: [], body: '', ends: 0, fault: fault.kind, hasSurplus: false, isWholeAtClose: false }
  }
  const { hasSurplus } = parser
  const isWholeAtClose = parser.close()
  const seen = heads.map(({ status, headers }) => ({ status, headers: { ...headers } }))
  return { heads: seen, body, ends, fault: undefined, hasSurplus, isWholeAtClose }
}

const latin1 = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) })
const visible = fc.string({ unit: fc.integer({ min: 33, max: 126 }).map((code) => String.fromCharCode(code)) })

const chunkedBody = fc
  .record({
    pieces: fc.array(fc.tuple(latin1, fc.constantFrom('', ';a=b', ';x')), { maxLength: 8 }),
    trailer: fc.constantFrom('', 'x-checksum: 1\r\n', 'a: b\r\nc: d\r\n'),
    isUpper: fc.boolean(),
  })
  .map(({ pieces, trailer, isUpper }) => {
    const full = pieces.filter(([text]) => text !== '')
    const size = (text: string): string =>
      isUpper ? text.length.toString(16).toUpperCase() : `0${text.length.toString(16)}`
    const wire = full.map(([text, extension]) => `${size(text)}${extension}\r\n${text}\r\n`).join('')
    return {
      head: 'transfer-encoding: chunked\r\n',
      wire: `${wire}0\r\n${trailer}\r\n`,
      body: full.map(([text]) => text).join(''),
    }
  })
const plainBody = latin1.map((body) => ({ head: `Content-Length:  ${body.length} \r\n`, wire: body, body }))

/** A valid answer with what it says. */
const validAnswer = fc
  .record({
    status: fc.constantFrom(200, 201, 400, 429, 500),
    extra: visible,
    interim: fc.constantFrom('', 'HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'),
    content: fc.oneof(plainBody, chunkedBody),
  })
  .map(({ status, extra, interim, content }) => ({
    status,
    extra,
    body: content.body,
    wire: `${interim}HTTP/1.1 ${status} Some Words\r\nX-Extra: ${extra}\r\n${content.head}\r\n${content.wire}`,
  }))

const cuts = fc.array(fc.nat({ max: 5000 }), { maxLength: 20 })

describe('a valid answer', () => {
  test('is read as it was meant, however it is cut', () => {
    fc.assert(
      fc.property(validAnswer, cuts, ({ wire, status, extra, body }, where) => {
        const outcome = parse(wire, where)
        expect(outcome.fault).toBeUndefined()
        expect(outcome.heads.map((head) => [head.status, head.headers['x-extra']])).toEqual([[status, extra]])
        expect(outcome.body).toBe(body)
        expect(outcome.ends).toBe(1)
        expect(outcome.hasSurplus).toBe(false)
      }),
    )
  })

  test('is the same byte by byte', () => {
    fc.assert(
      fc.property(validAnswer, ({ wire }) => {
        expect(
          parse(
            wire,
            [...wire].map((_, index) => index),
          ),
        ).toEqual(parse(wire))
      }),
      { numRuns: 50 },
    )
  })

  test('cut short anywhere is never whole', () => {
    fc.assert(
      fc.property(validAnswer, fc.nat(), ({ wire }, at) => {
        const outcome = parse(wire.slice(0, at % wire.length))
        expect(outcome.ends).toBe(0)
        expect(outcome.isWholeAtClose).toBe(false)
      }),
    )
  })

  test('followed by more has a surplus', () => {
    fc.assert(
      fc.property(validAnswer, fc.nat(), ({ wire, body }, at) => {
        const outcome = parse(`${wire}H`, [at])
        expect(outcome.body).toBe(body)
        expect(outcome.hasSurplus).toBe(true)
      }),
    )
  })
})

test('any bytes at all give the same outcome however they are cut', () => {
  const mutated = fc
    .tuple(
      validAnswer,
      fc.nat(),
      fc.nat({ max: 3 }),
      fc.constantFrom('', '\n', '\r', '\0', ' ', ':', ';', 'f', 'G', '-'),
    )
    .map(([{ wire }, at, drop, insert]) => {
      const place = at % wire.length
      return wire.slice(0, place) + insert + wire.slice(place + drop)
    })
  fc.assert(
    fc.property(mutated, cuts, (wire, where) => {
      expect(parse(wire, where)).toEqual(parse(wire))
    }),
    { numRuns: 500 },
  )
})

describe('an answer without a length', () => {
  test('ends when the peer closes', () => {
    const outcome = parse('HTTP/1.1 200 OK\r\n\r\nhello')
    expect(outcome).toMatchObject({ body: 'hello', ends: 1, isWholeAtClose: true })
  })

  test('has no body at all with status 204', () => {
    expect(parse('HTTP/1.1 204 No Content\r\n\r\n')).toMatchObject({ ends: 1, hasSurplus: false })
  })
})

describe('an answer that could be read in two ways is refused', () => {
  const ok = 'HTTP/1.1 200 OK\r\n'
  test.each([
    ['length and chunked', `${ok}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['two lengths', `${ok}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`],
    ['one length twice', `${ok}Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc`],
    ['a list of lengths', `${ok}Content-Length: 3, 3\r\n\r\nabc`],
    ['a signed length', `${ok}Content-Length: +3\r\n\r\nabc`],
    ['a negative length', `${ok}Content-Length: -3\r\n\r\nabc`],
    ['a hexadecimal length', `${ok}Content-Length: 0x3\r\n\r\nabc`],
    ['an overflowing length', `${ok}Content-Length: 99999999999999999999\r\n\r\n`],
    ['an empty length', `${ok}Content-Length:\r\n\r\n`],
    ['another coding', `${ok}Transfer-Encoding: gzip\r\n\r\n`],
    ['a coding before chunked', `${ok}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
    ['chunked twice', `${ok}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['almost chunked', `${ok}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ['chunked with a vertical tab', `${ok}Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n`],
    ['chunked in HTTP/1.0', 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['a folded header', `${ok}A: b\r\n c\r\nContent-Length: 0\r\n\r\n`],
    ['a space before the colon', `${ok}Content-Length : 3\r\n\r\nabc`],
    ['a header without a colon', `${ok}Content-Length 3\r\n\r\nabc`],
    ['a header without a name', `${ok}: 3\r\n\r\nabc`],
    ['a bare LF in the head', `${ok}A: b\nContent-Length: 3\r\n\r\nabc`],
    ['a head of bare LF', 'HTTP/1.1 200 OK\nContent-Length: 3\n\nabc'],
    ['a bare CR in a value', `${ok}A: b\rc\r\nContent-Length: 0\r\n\r\n`],
    ['NUL in a value', `${ok}A: \0\r\nContent-Length: 0\r\n\r\n`],
    ['another version', 'HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n'],
    ['no version', 'ICY 200 OK\r\n\r\n'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n'],
    ['a status above 599', 'HTTP/1.1 600 OK\r\nContent-Length: 0\r\n\r\n'],
    ['an empty line first', '\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
    ['a protocol switch', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n'],
    ['endless interim answers', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(9)],
  ])('%s', (_name, wire) => {
    expect(parse(wire).fault).toBe('protocol')
    expect(
      parse(
        wire,
        [...wire].map((_, index) => index),
      ).fault,
    ).toBe('protocol')
  })

  const chunkedHead = `${ok}Transfer-Encoding: chunked\r\n\r\n`
  test.each([
    ['no size', '\r\nabc\r\n'],
    ['a signed size', '+3\r\nabc\r\n'],
    ['a negative size', '-3\r\nabc\r\n'],
    ['a prefixed size', '0x3\r\nabc\r\n'],
    ['a space after the size', '3 \r\nabc\r\n'],
    ['a size of nine digits', '100000003\r\nabc\r\n'],
    ['leading zeros without end', `${'0'.repeat(9)}3\r\nabc\r\n`],
    ['a bare LF after the size', '3\nabc\r\n'],
    ['a bare CR after the size', '3\rabc\r\n'],
    ['a bare LF in an extension', '3;a\nb\r\nabc\r\n'],
    ['a chunk longer than its size', '3\r\nabcd\r\n'],
    ['a chunk that ends in LF', '3\r\nabc\n0\r\n\r\n'],
    ['a bare LF at the very end', '0\r\n\n'],
    ['a bare LF in a trailer', '0\r\na: b\n\r\n'],
    ['NUL in a trailer', '0\r\na: \0\r\n\r\n'],
  ])('chunks: %s', (_name, wire) => {
    expect(parse(chunkedHead + wire).fault).toBe('protocol')
    expect(
      parse(
        chunkedHead + wire,
        [...wire].map((_, index) => chunkedHead.length + index),
      ).fault,
    ).toBe('protocol')
  })
})

describe('limits', () => {
  test('a head may be 64 KiB and not a byte more', () => {
    const head = (size: number): string => {
      const start = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nA: '
      return `${start}${'b'.repeat(size - start.length)}\r\n\r\n`
    }
    for (const where of [[], [10], [maxHeadBytes], [maxHeadBytes + 1, maxHeadBytes + 2]]) {
      expect(parse(head(maxHeadBytes), where).fault).toBeUndefined()
      expect(parse(head(maxHeadBytes + 1), where).fault).toBe('too-large')
    }
  })

  test('a head without an end is refused while it comes', () => {
    const parser = new ResponseParser({
      onHead: () => undefined,
      onBody: () => undefined,
      onWholeBody: () => false,
      onEnd: () => undefined,
    })
    const line = Buffer.from(`HTTP/1.1 200 OK\r\nA: ${'b'.repeat(1000)}`)
    let pushed = 0
    while (!parser.push(Buffer.from(line))) pushed += line.length
    expect(pushed).toBeLessThanOrEqual(maxHeadBytes + 1)
  })

  test('200 headers pass and 201 do not', () => {
    const head = (count: number): string =>
      `HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(count - 1)}Content-Length: 0\r\n\r\n`
    expect(parse(head(200)).fault).toBeUndefined()
    expect(parse(head(201)).fault).toBe('too-large')
  })

  test.each([
    ['an endless chunk extension', `3;${'a'.repeat(2000)}`],
    ['endless trailers', `0\r\n${'a: b\r\n'.repeat(5000)}`],
  ])('%s is refused', (_name, wire) => {
    expect(parse(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${wire}`).fault).toBe('too-large')
  })
})

test('a header called __proto__ is a header like any other', () => {
  const { heads } = parse('HTTP/1.1 200 OK\r\n__proto__: x\r\nconstructor: y\r\nContent-Length: 0\r\n\r\n')
  expect(Object.entries(heads[0]?.headers ?? {})).toEqual([
    ['__proto__', 'x'],
    ['constructor', 'y'],
    ['content-length', '0'],
  ])
})

test('repeated headers are joined, names are lower-cased, values trimmed', () => {
  const { heads } = parse('HTTP/1.1 200\r\nVia:  a \r\nVIA:\tb\t\r\nContent-Length: 0\r\n\r\n')
  expect(heads[0]?.headers['via']).toBe('a, b')
})
