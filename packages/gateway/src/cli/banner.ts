import type { Config, FoundServer } from '../config/config.ts'
import { demoModelName, demoProviderName } from '../config/default-provider.ts'
import type { FirstKeys } from './first-run.ts'

/** What the first screen tells. */
export interface BannerFacts {
  readonly version: string
  /** Where the server listens, as `http://127.0.0.1:4000`. */
  readonly url: string
  readonly config: Config
  /** The configuration file as the operator knows it, or undefined when there is none. */
  readonly configFile: string | undefined
  /** Self-hosted servers that answered. */
  readonly servers: readonly FoundServer[]
  readonly keys: FirstKeys
  /** True when the admin key came from the settings. */
  readonly isAdminKeySet: boolean
}

/** The one screen printed at start. It holds fresh keys in the clear: for the terminal, never for the log. */
export function renderBanner(facts: BannerFacts): string {
  const rows = [
    ['Address', facts.url],
    ['Admin key', describeAdminKey(facts)],
    ['Key', describeKeys(facts)],
    ['Providers', describeProviders(facts)],
    ...describeServers(facts.servers),
    ['Models', describeModels(facts)],
  ]
  const table = rows.map(([label = '', text = '']) => `  ${label.padEnd(10)}  ${text}`)
  return ['', `Sluice ${facts.version}`, '', ...table, '', ...describeTry(facts), ''].join('\n')
}

const newKeyCommand = 'npm start -- --new-key NAME'

function describeAdminKey({ keys, isAdminKeySet }: BannerFacts): string {
  if (keys.freshAdminKey !== undefined) return `${keys.freshAdminKey}   shown this once: keep it`
  return isAdminKeySet ? 'the one in SLUICE_ADMIN_KEY' : 'made on the first start; SLUICE_ADMIN_KEY replaces it'
}

function describeKeys({ keys, config }: BannerFacts): string {
  if (keys.freshKey) return `${keys.freshKey.credential}   shown this once; another: ${newKeyCommand}`
  const active = keys.storedKeys
    .filter(({ isDisabled }) => !isDisabled)
    .map(({ name, prefix }) => `${name} (${prefix}...)`)
  const names = [...active, ...config.keys.map(({ name }) => name)]
  return `${names.length} in use: ${listSome(names)}; another: ${newKeyCommand}`
}

function describeProviders({ config, configFile }: BannerFacts): string {
  const named = [...config.providers.values()].filter(({ source }) => source === 'file')
  const found = [...config.providers.values()].filter(({ source }) => source === 'environment')
  const parts = [
    ...(named.length > 0 ? [`${listSome(named.map(({ provider }) => provider.name))} from ${configFile}`] : []),
    ...(found.length > 0 ? [`${listSome(found.map(describeFound))} from the environment`] : []),
  ]
  return parts.length > 0
    ? parts.join('; ')
    : 'none yet: set the key variable of one (OPENAI_API_KEY ...) or write sluice.yaml'
}

function describeFound({
  provider,
  variable,
}: {
  readonly provider: { readonly name: string }
  readonly variable?: string
}): string {
  return variable === undefined ? provider.name : `${provider.name} (${variable})`
}

function describeServers(servers: readonly FoundServer[]): readonly (readonly string[])[] {
  return servers.map(({ name, found, models, isUp }) => {
    const shown = isUp ? listSome(models.map((model) => `${name}/${model}`)) : 'does not answer yet'
    return [found ? 'Local' : 'Server', `${found?.known.name ?? name}: ${shown}`]
  })
}

function describeModels({ config }: BannerFacts): string {
  const names = [...config.models.keys()]
  const own = names.length > 0 ? `${listSome(names)}; ` : ''
  return `${own}'provider/model' of each provider; ${demoProviderName}/${demoModelName} works offline`
}

function describeTry({ url, keys }: BannerFacts): readonly string[] {
  const key = keys.freshKey?.credential ?? 'YOUR_KEY'
  const body = `{"model":"${demoProviderName}/${demoModelName}","stream":true,"messages":[{"role":"user","content":"Hello, Sluice"}]}`
  return [
    'Try it:',
    '',
    `  curl -N ${url}/v1/chat/completions \\`,
    `    -H 'authorization: Bearer ${key}' -H 'content-type: application/json' \\`,
    `    -d '${body}'`,
  ]
}

/** The first few and how many more: the screen has one line for each thing. */
function listSome(names: readonly string[]): string {
  if (names.length === 0) return 'none'
  const shown = names.slice(0, 4).join(', ')
  return names.length > 4 ? `${shown} and ${names.length - 4} more` : shown
}
