import type { ReasoningPart, Seal } from '../../ir/part.ts'
import { unwrapSeal, wrapSeal } from '../../ir/seal.ts'
import { base64ToBytes, textToBase64 } from './base64.ts'
import { dialect } from './own-fields.ts'

/**
 * `thoughtSignature` is the field that every client of this dialect echoes, on any part. It is of type bytes, and the
 * Python and Go clients refuse what is no base64, so a wrapped seal is put in base64 once more.
 */
const wrappedStart = textToBase64('sl1').slice(0, 4)

/**
 * The documented word for "this call was not made by a Gemini model": it stands where a signature would and turns the
 * check off. https://ai.google.dev/gemini-api/docs/thought-signatures (seen 2026-11-20)
 */
export const skipSignatureCheck = 'skip_thought_signature_validator'

type ReasoningForm = ReasoningPart['form']

const formMarks: Readonly<Record<ReasoningForm, string>> = { full: '.f', summary: '.s', redacted: '.r' }

/** The text of `thoughtSignature` for a client. A foreign reasoning part also says its form, which Gemini has no word for. */
export function writeSignature(seal: Seal, form?: ReasoningForm): string {
  if (seal.dialect === dialect) return seal.data
  return textToBase64(wrapSeal(seal) + (form === undefined ? '' : formMarks[form]))
}

/** The seal a client sent back, unwrapped when it was another dialect's. */
export function readSignature(text: string): { readonly seal: Seal; readonly form?: ReasoningForm } {
  if (text.startsWith(wrappedStart)) {
    const wrapped = new TextDecoder().decode(base64ToBytes(text) ?? new Uint8Array(0))
    const form = forms.find((each) => wrapped.endsWith(formMarks[each]))
    const seal = unwrapSeal(form === undefined ? wrapped : wrapped.slice(0, -2))
    if (seal) return { seal, ...(form !== undefined && { form }) }
  }
  return { seal: { dialect, data: text } }
}

const forms: readonly ReasoningForm[] = ['full', 'summary', 'redacted']
