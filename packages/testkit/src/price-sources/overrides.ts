import type { WrittenPrice } from '@sluice/core/catalog/define-price.ts'

/** A price we set ourselves, against the sources or where they are silent. */
export interface Override {
  readonly provider: string
  readonly models: readonly string[]
  /** Undefined: nobody knows, whatever a source says. */
  readonly price: WrittenPrice | 'free' | undefined
  readonly why: string
  /** The provider's own page. */
  readonly link: string
  readonly seen: string
}

/** DeepSeek's hours in Beijing, Monday to Friday, holidays apart; taken for every day, which is never too little. */
const deepSeekPeaks = [
  ['01:00', '04:00'],
  ['06:00', '10:00'],
] as const

export const overrides: readonly Override[] = [
  {
    provider: 'deepseek',
    models: ['deepseek-flash', 'deepseek-v4-flash', 'deepseek-v4-flash-vision-exp'],
    price: {
      input: 0.15,
      output: 0.6,
      cacheRead: 0.003,
      hours: deepSeekPeaks.map(([from, to]) => ({ from, to, input: 0.3, output: 1.2, cacheRead: 0.006 })),
    },
    why: 'deepseek-flash has a price of its own since October, and serves the older names at it',
    link: 'https://api-docs.deepseek.com/quick_start/pricing',
    seen: '2026-11-21',
  },
  {
    provider: 'deepseek',
    models: ['deepseek-chat', 'deepseek-reasoner'],
    price: { input: 0.28, output: 0.42, cacheRead: 0.028 },
    why: 'the last price published under these names; the package has that of early 2025',
    link: 'https://api-docs.deepseek.com/quick_start/pricing',
    seen: '2026-11-21',
  },
  {
    provider: 'groq',
    models: ['openai/gpt-oss-safeguard-20b'],
    price: { input: 0.075, output: 0.3, cacheRead: 0.037 },
    why: 'the package prices it as the model of 120B',
    link: 'https://groq.com/pricing',
    seen: '2026-11-21',
  },
  {
    provider: 'mistral',
    models: ['mistral-large-latest', 'mistral-large-2512', 'mistral-large-3'],
    price: { input: 0.5, output: 1.5, cacheRead: 0.05, services: { batch: { input: 0.25, output: 0.75 } } },
    why: 'Mistral Large 3; the package matches the name by that of Large 2',
    link: 'https://mistral.ai/pricing/api',
    seen: '2026-11-21',
  },
  {
    provider: 'bedrock',
    models: ['amazon.titan-embed-text-v2:0'],
    price: { input: 0.02 },
    why: 'the package matches the name by that of version 1',
    link: 'https://aws.amazon.com/bedrock/pricing/',
    seen: '2026-11-21',
  },
]

export function overrideFor(provider: string, model: string): Override | undefined {
  return overrides.find((each) => each.provider === provider && each.models.includes(model))
}
