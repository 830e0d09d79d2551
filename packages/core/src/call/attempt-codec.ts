import type { ProviderDialect, RelayRules, RequestOptions } from '../ir/dialect.ts'
import type { Deployment } from '../providers/provider.ts'

/** One attempt's deployment with the codec it speaks. */
export interface AttemptCodec {
  readonly deployment: Deployment
  readonly dialect: ProviderDialect
  readonly rules: RelayRules
  readonly options: RequestOptions<unknown>
  readonly isStream: boolean
  /** The largest answer that is held whole, or that a translation may have to remember. */
  readonly answerLimitBytes: number
}
