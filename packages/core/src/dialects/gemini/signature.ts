import type { ReasoningPart, Seal } from '../../ir/part.ts'
import { unwrapSeal, wrapSeal } from '../../ir/seal.ts'
import { base64ToBytes, textToBase64 } from './base64.ts'
import { dialect } from './own-fields.ts'

/**
 * `thoughtSignature` is the field that every client of this dialect echoes, on any part. It is of type bytes, and the
 * Python and Go clients refuse what is no base64, so a wrapped seal is put in base64 once more. Behind the seal stands,
 * after a dot, what this dialect has no word for: the form of a foreign thought, and its text where the thought itself
 * may not come back.
 */
const wrappedStart = textToBase64('sl1').slice(0, 4)

/**
 * The documented word for "this call was not made by a Gemini model": it stands where a signature would and turns the
 * check off. https://ai.google.dev/gemini-api/docs/thought-signatures (seen 2026-11-20)
 */
export const skipSignatureCheck = 'skip_thought_signature_validator'

type ReasoningForm = ReasoningPart['form']

/** A thought that another dialect sealed. */
export type SealedThought = ReasoningPart & { readonly seal: Seal }

const forms: Readonly<Record<string, ReasoningForm>> = { f: 'full', s: 'summary', r: 'redacted' }

/** The text of `thoughtSignature` for a client; of a thought with its form. */
export function writeSignature(seal: Seal, form?: ReasoningForm): string {
  if (seal.dialect === dialect) return seal.data
  return textToBase64(wrapSeal(seal) + (form === undefined ? '' : `.${form.slice(0, 1)}`))
}

/**
 * The signature of a call that these thoughts came before. Some clients (Gemini CLI) forget thoughts and remember calls
 * with their signatures, and the thoughts' maker may want them back with the call's result.
 */
export function carryThoughts(thoughts: readonly SealedThought[]): string {
  const carried = thoughts.map(({ seal, form, text }) => `${wrapSeal(seal)}.${form.slice(0, 1)}.${textToBase64(text)}`)
  return textToBase64(carried.join('~'))
}

/** Whether this is a thought that a call should carry. */
export function isCarried(part: { readonly kind: string; readonly seal?: Seal }): part is SealedThought {
  return part.kind === 'reasoning' && part.seal !== undefined && part.seal.dialect !== dialect
}

/** What a signature that a client sent back holds. */
export interface Signature {
  readonly seal?: Seal
  readonly form?: ReasoningForm
  readonly thoughts: readonly ReasoningPart[]
}

/** Unwraps what was wrapped for another dialect; any other signature is this dialect's own seal. */
export function readSignature(text: string): Signature {
  if (text.startsWith(wrappedStart)) {
    const wrapped = decodeText(text)
    const thoughts = wrapped.split('~').map(readThought)
    if (thoughts.every((each) => each !== undefined)) return { thoughts }
    const [mark, data, form] = wrapped.split('.')
    const seal = unwrapSeal(`${mark}.${data}`)
    if (seal) return { seal, thoughts: [], ...formOf(form) }
  }
  return { seal: { dialect, data: text }, thoughts: [] }
}

function readThought(carried: string): ReasoningPart | undefined {
  const [mark, data, letter, text] = carried.split('.')
  const seal = unwrapSeal(`${mark}.${data}`)
  const { form } = formOf(letter)
  if (!seal || text === undefined || form === undefined) return undefined
  return { kind: 'reasoning', form, text: decodeText(text), seal }
}

function formOf(letter: string | undefined): { readonly form?: ReasoningForm } {
  const form = letter !== undefined && Object.hasOwn(forms, letter) ? forms[letter] : undefined
  return form === undefined ? {} : { form }
}

function decodeText(base64: string): string {
  return new TextDecoder().decode(base64ToBytes(base64) ?? new Uint8Array(0))
}
