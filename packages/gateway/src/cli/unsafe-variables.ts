import type { Environment } from '../config/expand-variables.ts'

/** Switches of the runtime that would undo a promise of ours, and what they would do. Attack case C10. */
const unsafe: readonly {
  readonly variable: string
  readonly isUnsafe: (value: string) => boolean
  readonly why: string
}[] = [
  {
    variable: 'NODE_TLS_REJECT_UNAUTHORIZED',
    isUnsafe: (value) => value === '0',
    why: "turns off the check of every provider's certificate: anybody in between could read the keys. Unset it; for a certificate authority of your own set NODE_EXTRA_CA_CERTS",
  },
  {
    variable: 'BUN_CONFIG_VERBOSE_FETCH',
    isUnsafe: (value) => value !== '' && value !== '0' && value !== 'false',
    why: 'prints every request to a provider with its key. Unset it',
  },
  {
    variable: 'NODE_OPTIONS',
    isUnsafe: (value) => value.includes('--insecure-http-parser'),
    why: 'accepts malformed requests (--insecure-http-parser). Take that option out',
  },
]

/** A sentence for every variable in the environment that makes the process unsafe. */
export function findUnsafeVariables(env: Environment): readonly string[] {
  return unsafe.flatMap(({ variable, isUnsafe, why }) => {
    const value = Object.hasOwn(env, variable) ? env[variable] : undefined
    return value !== undefined && isUnsafe(value) ? [`${variable} ${why}.`] : []
  })
}
