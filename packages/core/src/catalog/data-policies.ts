/** What a provider says it does with what comes through its paid API, unless an agreement says otherwise. */
export interface DataPolicy {
  /** It may train models with prompts or answers. */
  readonly mayTrain: boolean
  /** Days it keeps prompts and answers; 0: not at all; undefined: that depends on the model, the account or the content. */
  readonly retentionDays: number | undefined
  /** Models to which it does not apply, by the provider's own names: what another company serves behind it. */
  readonly exceptModels?: RegExp
  /** Its own page. */
  readonly source: string
  readonly seen: string
}

/** Only what was read on a provider's own page stands here. Of the others nothing is known, which promises nothing. */
const policies: ReadonlyMap<string, DataPolicy> = new Map([
  [
    'openai',
    {
      mayTrain: false,
      retentionDays: 30,
      source: 'https://developers.openai.com/api/docs/guides/your-data',
      seen: '2026-11-21',
    },
  ],
  [
    'bedrock',
    {
      mayTrain: false,
      retentionDays: undefined,
      source: 'https://docs.aws.amazon.com/bedrock/latest/userguide/data-retention.html',
      seen: '2026-11-21',
    },
  ],
  [
    'deepinfra',
    {
      mayTrain: false,
      retentionDays: 0,
      exceptModels: /^(?:google|anthropic)\//i,
      source: 'https://docs.deepinfra.com/account/data-privacy',
      seen: '2026-11-21',
    },
  ],
  [
    'fireworks',
    {
      mayTrain: false,
      retentionDays: 0,
      source: 'https://docs.fireworks.ai/guides/security_compliance/data_handling',
      seen: '2026-11-21',
    },
  ],
  [
    'groq',
    // Kept only to mend failures and to look into abuse, but then for as long as this.
    { mayTrain: false, retentionDays: 30, source: 'https://console.groq.com/docs/your-data', seen: '2026-11-21' },
  ],
])

/** The policy for a model at a known provider; undefined when nobody has read one. */
export function dataPolicyOf(provider: string, model: string): DataPolicy | undefined {
  const policy = policies.get(provider)
  return policy?.exceptModels?.test(model) === true ? undefined : policy
}
