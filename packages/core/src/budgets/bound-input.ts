/**
 * How many tokens a prompt can have at most, without asking a tokenizer: a token is at least one byte of text. Estimates
 * may size leases; only this may be reserved on.
 */

/** What goes in. */
export interface InputFacts {
  /** UTF-8 bytes of all that the model reads as text: messages, names, tools, schemas. JSON around it may be counted too. */
  readonly textBytes: number
  readonly messages: number
  readonly tools: number
  readonly images: number
  /** Bytes of all sounds, decoded from base64. */
  readonly audioBytes: number
  /** Bytes of all videos. */
  readonly videoBytes: number
  /** There is something whose size does not bound its tokens: a document, or what only a URL or an id is known of. */
  readonly hasUnbounded: boolean
}

/** Around a prompt: what the provider itself puts there. */
const promptTokens = 64
/** Around a message: its role and separators, in every known chat format. */
const messageTokens = 16
/** Around the first tool: a system prompt of up to 735 tokens for computer use, at Anthropic. */
const toolsTokens = 1024
/** Around each tool: the words its schema is rewritten with. */
const toolTokens = 64
/**
 * The dearest image: 2,833 tokens and 5,667 for each of at most eight tiles with `gpt-4o-mini`. They are billed beyond the
 * context window. https://platform.openai.com/docs/guides/images-vision (2026-11)
 */
const imageTokens = 65_536
/**
 * 32 tokens for a second at Gemini, 10 at OpenAI; nothing codes a second of sound in less than 512 bytes.
 * https://ai.google.dev/gemini-api/docs/tokens (2026-11)
 */
const bytesPerAudioToken = 16
/** About 300 tokens for a second at Gemini; no second of video is that small. */
const bytesPerVideoToken = 1

/** Undefined when it cannot be told: something unbounded, and a context window that is not known. */
export function boundInputTokens(facts: InputFacts, contextTokens: number | undefined): number | undefined {
  const images = facts.images * imageTokens
  if (facts.hasUnbounded) return contextTokens === undefined ? undefined : contextTokens + images
  const tools = facts.tools === 0 ? 0 : toolsTokens + facts.tools * toolTokens
  const text = facts.textBytes + promptTokens + facts.messages * messageTokens + tools
  const media = Math.ceil(facts.audioBytes / bytesPerAudioToken) + Math.ceil(facts.videoBytes / bytesPerVideoToken)
  return Math.min(text + media, contextTokens ?? Number.POSITIVE_INFINITY) + images
}

/** UTF-8 bytes of a text, without encoding it. */
export function utf8Length(text: string): number {
  let bytes = text.length
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit < 0x80) continue
    // A surrogate pair is four bytes, two for each half; a lone one becomes the three of U+FFFD.
    const isPaired = isHighSurrogate(unit) ? isLow(text, at + 1) : isLowSurrogate(unit) && isHigh(text, at - 1)
    bytes += unit < 0x800 || isPaired ? 1 : 2
  }
  return bytes
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000
}

function isLow(text: string, at: number): boolean {
  return at < text.length && isLowSurrogate(text.charCodeAt(at))
}

function isHigh(text: string, at: number): boolean {
  return at >= 0 && isHighSurrogate(text.charCodeAt(at))
}
