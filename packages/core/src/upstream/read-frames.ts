import type { Frame } from '../ir/dialect.ts'

/**
 * Reads server-sent events from bytes, however they are cut. Follows the WHATWG rules: a BOM at the start, `\r\n`,
 * `\n` or `\r` as line ends, comments, several `data:` lines joined by `\n`, events without data ignored. An event
 * that the end of the body leaves unfinished is kept for `end`, because some providers forget the last blank line.
 */
export interface FrameReader {
  /** Feeds one chunk and calls `onFrame` for each event completed by it. */
  push(chunk: Uint8Array): void
  /** The body ended: hands out a last event that was not followed by a blank line. */
  end(): void
}

/** A reader of frames that are text. */
export interface TextFrameReader extends FrameReader {
  /** The same as `push` for text that is already decoded; not to be mixed with it inside a character. */
  pushText(text: string): void
}

/** Thrown through `push` when one event is larger than `maxFrameChars`: the upstream is broken or hostile. */
export class FrameTooLarge extends Error {}

export interface FrameReaderOptions {
  readonly onFrame: (frame: Frame) => void
  /** The most characters one event may hold before the reader gives up; 16 Mi unless told. */
  readonly maxFrameChars?: number
}

/** The most characters, or bytes where frames are bytes, of one event, unless told. */
export const usualFrameChars: number = 16 * 1024 * 1024

export function createSseReader({ onFrame, maxFrameChars = usualFrameChars }: FrameReaderOptions): TextFrameReader {
  const decoder = new TextDecoder('utf-8')
  const lines = createLineReader(readLine, maxFrameChars)
  let event: string | undefined
  let data: string | undefined

  function readLine(line: string): void {
    if (line === '') return dispatch()
    const colon = line.indexOf(':')
    if (colon === 0) return
    const field = colon < 0 ? line : line.slice(0, colon)
    if (field !== 'data' && field !== 'event') return
    const value = colon < 0 ? '' : line.slice(line.charCodeAt(colon + 1) === 32 ? colon + 2 : colon + 1)
    if (field === 'event') event = value
    else data = data === undefined ? value : `${data}\n${value}`
    if (data !== undefined && data.length > maxFrameChars)
      throw new FrameTooLarge(`an event of over ${maxFrameChars} characters`)
  }

  function dispatch(): void {
    if (data !== undefined) onFrame(event === undefined ? { data } : { event, data })
    event = undefined
    data = undefined
  }

  return {
    push: (chunk) => lines.push(decoder.decode(chunk, { stream: true })),
    pushText: lines.push,
    end() {
      lines.push(decoder.decode())
      lines.end()
      dispatch()
    },
  }
}

/** Reads newline-delimited JSON: every line that is not blank is a frame, the last one also without a line end. */
export function createNdjsonReader({ onFrame, maxFrameChars = usualFrameChars }: FrameReaderOptions): FrameReader {
  const decoder = new TextDecoder('utf-8')
  const lines = createLineReader((line) => {
    if (line.trim() !== '') onFrame({ data: line })
  }, maxFrameChars)
  return {
    push: (chunk) => lines.push(decoder.decode(chunk, { stream: true })),
    end() {
      lines.push(decoder.decode())
      lines.end()
    },
  }
}

interface LineReader {
  push(text: string): void
  /** Hands out a last line that has no end. */
  end(): void
}

/** Cuts text into lines at `\r\n`, `\n` or `\r`, each character looked at twice at most however it is chunked. */
function createLineReader(onLine: (line: string) => void, maxLineChars: number): LineReader {
  let held: string[] = []
  let heldChars = 0
  let endedInCr = false

  function readLines(text: string): void {
    let from = 0
    let lf = text.indexOf('\n')
    let cr = text.indexOf('\r')
    while (lf >= 0 || cr >= 0) {
      const at = cr < 0 || (lf >= 0 && lf < cr) ? lf : cr
      onLine(takeHeld(text.slice(from, at)))
      from = at + 1
      if (at === cr && from === text.length) endedInCr = true
      else if (at === cr && lf === from) from++
      // Looked up again only when passed: a search that finds nothing runs to the end of the text.
      if (lf >= 0 && lf < from) lf = text.indexOf('\n', from)
      if (cr >= 0 && cr < from) cr = text.indexOf('\r', from)
    }
    if (from < text.length) hold(from === 0 ? text : text.slice(from))
  }

  function takeHeld(end: string): string {
    if (heldChars === 0) return end
    const line = held.join('') + end
    held = []
    heldChars = 0
    return line
  }

  function hold(beginning: string): void {
    held.push(beginning)
    heldChars += beginning.length
    if (heldChars > maxLineChars) throw new FrameTooLarge(`a line of over ${maxLineChars} characters`)
  }

  return {
    push(text) {
      if (text === '') return
      const skip = endedInCr && text.charCodeAt(0) === 10
      endedInCr = false
      readLines(skip ? text.slice(1) : text)
    },
    end() {
      const last = takeHeld('')
      if (last !== '') onLine(last)
    },
  }
}

/**
 * Reads the elements of one top-level JSON array as frames: Gemini's stream without `alt=sse`. Elements must be
 * objects. What is not such an array yields no frames, which the dialect's decoder reports as an answer cut short.
 */
export function createJsonArrayReader({
  onFrame,
  maxFrameChars = usualFrameChars,
}: FrameReaderOptions): TextFrameReader {
  const decoder = new TextDecoder('utf-8')
  let element = ''
  let depth = 0
  let inString = false
  let isEscaped = false

  function readText(text: string): void {
    let from = depth > 0 ? 0 : -1
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (inString) {
        if (isEscaped) isEscaped = false
        else if (code === 92) isEscaped = true
        else if (code === 34) inString = false
      } else if (code === 34) inString = depth > 0
      else if (code === 123 && depth++ === 0) from = at
      else if (code === 125 && depth > 0 && --depth === 0) {
        onFrame({ data: element + text.slice(from, at + 1) })
        element = ''
        from = -1
      }
    }
    if (from >= 0) element += text.slice(from)
    if (element.length > maxFrameChars) throw new FrameTooLarge(`an array element of over ${maxFrameChars} characters`)
  }

  return {
    push: (chunk) => readText(decoder.decode(chunk, { stream: true })),
    pushText: readText,
    end: () => readText(decoder.decode()),
  }
}
