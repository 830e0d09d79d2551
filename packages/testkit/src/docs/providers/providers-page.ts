import type { KnownProvider } from '@sluice/core/providers/provider.ts'
import { knownProviders } from '@sluice/core/providers/registry.ts'
import { absentProviders } from './absent.ts'
import { type EndpointId, endpointIds, offerOf } from './endpoints.ts'
import { realClients } from './real-clients.ts'
import type { Recorded } from './recorded.ts'

/** How an endpoint of a provider is known to work. */
export type Proof = 'recording' | 'client' | 'spec' | 'untold' | 'none'

/** The strongest proof there is: recorded traffic, a client of the provider's own, its documentation, nothing. */
export function proofOf(provider: KnownProvider, endpoint: EndpointId, recorded: Recorded): Proof {
  const offer = offerOf(provider, endpoint)
  if (offer === 'none') return 'none'
  if (recorded.get(provider.id)?.[endpoint]) return 'recording'
  if (hasClient(provider, endpoint)) return 'client'
  return offer === 'told' ? 'spec' : 'untold'
}

function hasClient({ id }: KnownProvider, endpoint: EndpointId): boolean {
  return realClients.some((each) => each.provider === id && each.endpoints.includes(endpoint))
}

const words: Readonly<Record<Proof, string>> = {
  recording: 'recording',
  client: 'real client',
  spec: 'spec',
  untold: '?',
  none: '',
}

/** The text of `docs/providers.md`. */
export function providersPage(recorded: Recorded): string {
  return `# Providers

<!-- Made by \`npm run docs\` from packages/core/src/providers/known, the recordings and the tests. Edits here are lost. -->

${countsOf(recorded)}

What each endpoint of a provider rests on:

- **recording**: exchanges recorded at this provider are replayed through the gateway (the number of them).
- **real client**: the provider's own client library speaks through the gateway to a fake of it.
- **spec**: written by its documentation. The dialect it speaks is proven by others' recordings; this address is not.
- **?**: nothing is said of it. It is asked for in the way of the dialect's own house, and the provider may answer 404.
- empty: it has none. Legacy completions then go by way of chat, and counts are the gateway's own estimate.

${table(recorded)}

## Spec only

Nothing recorded, and no client of its own in the tests: ${listOf(specOnly(recorded).map(({ id }) => `\`${id}\``))}.

## Self-hosted

Found at these addresses when nothing else is said, and asked in these ways for their models and whether they are ready;
[configuration](configuration.md#self-hosted-servers) tells the rest. A fake of each kind is asked in the tests.

${selfHosted()}

## Not here

Names are those other gateways have for them.

| Why | Who |
|---|---|
${absentProviders.map(([why, names]) => `| ${why} | ${listOf(names.map((each) => `\`${each}\``))} |`).join('\n')}
`
}

/** Providers without any proof beyond their documentation. */
export function specOnly(recorded: Recorded): readonly KnownProvider[] {
  return knownProviders.filter((provider) =>
    endpointIds.every((endpoint) => !['recording', 'client'].includes(proofOf(provider, endpoint, recorded))),
  )
}

function countsOf(recorded: Recorded): string {
  const spec = specOnly(recorded).length
  const recordings = knownProviders.filter(({ id }) => recorded.has(id)).length
  const clients = new Set(realClients.map(({ provider }) => provider)).size
  const rows = endpointIds.map((endpoint) => {
    const proofs = knownProviders.map((provider) => proofOf(provider, endpoint, recorded))
    const count = (proof: Proof): number => proofs.filter((each) => each === proof).length
    const withClient = knownProviders.filter((provider) => hasClient(provider, endpoint)).length
    return `| ${endpoint} | ${count('recording')} | ${withClient} | ${count('spec')} | ${count('untold')} | ${count('none')} |`
  })
  return [
    `${knownProviders.length} providers: ${recordings} with recorded traffic, ${clients} with a client of their own, ${spec} by their documentation alone.`,
    '',
    '| endpoint | recording | real client | spec | ? | none |',
    '|---|---:|---:|---:|---:|---:|',
    ...rows,
  ].join('\n')
}

function table(recorded: Recorded): string {
  const head = `| provider | speaks | ${endpointIds.join(' | ')} |`
  const rows = knownProviders.map((provider) => {
    const cells = endpointIds.map((endpoint) => cell(provider, endpoint, recorded))
    const speaks = [provider.dialect, ...(provider.alsoSpeaks ?? [])].join(', ')
    return `| [${provider.name}](${provider.docs}) \`${provider.id}\` | ${speaks} | ${cells.join(' | ')} |`
  })
  return [head, `|---|---|${'---|'.repeat(endpointIds.length)}`, ...rows].join('\n')
}

function cell(provider: KnownProvider, endpoint: EndpointId, recorded: Recorded): string {
  const proof = proofOf(provider, endpoint, recorded)
  if (proof !== 'recording') return words[proof]
  const told = `${words[proof]} (${recorded.get(provider.id)?.[endpoint]})`
  return hasClient(provider, endpoint) ? `${told}, ${words.client}` : told
}

function selfHosted(): string {
  const rows = knownProviders
    .filter(({ isLocal }) => isLocal)
    .map(({ id, name, baseUrl, server }) => {
      const lists = (server?.lists ?? ['models']).join(', then ')
      return `| ${name} \`${id}\` | ${baseUrl} | ${lists} | ${server?.readyPath ?? 'its list'} |`
    })
  return ['| server | address | list of models | readiness |', '|---|---|---|---|', ...rows].join('\n')
}

function listOf(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ')
}
