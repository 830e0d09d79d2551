import type { GeminiQuirks } from '../../dialects/gemini/quirks.ts'

type Habits = Partial<GeminiQuirks>

/**
 * What the generations of Gemini take, by how their ids begin, the first that fits; an unknown one gets what a current
 * model takes. https://cloud.google.com/vertex-ai/generative-ai/docs/models (seen 2026-11-21)
 */
export function geminiHabitsOf(name: string): Habits | undefined {
  return known.find(([start]) => name.startsWith(start))?.[1]
}

const known: readonly (readonly [start: string, habits: Habits])[] = [
  ['gemini-1', { thinking: 'budget', hasMediaResults: false, hasValidatedMode: false, schemas: 'open-api' }],
  ['gemini-2.0', { thinking: 'budget', hasMediaResults: false, hasValidatedMode: false }],
  ['gemini-2', { thinking: 'budget', hasMediaResults: false }],
  ['gemini-3', { hasPartResolution: true, unsignedCalls: 'skip-check' }],
]
