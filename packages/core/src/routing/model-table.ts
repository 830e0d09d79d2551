import type { Catalog } from '../catalog/catalog.ts'
import type { Offer } from '../catalog/model.ts'
import { priceOn } from '../catalog/price-on.ts'
import type { Deployment, Provider } from '../providers/provider.ts'
import type { ModelTable } from './resolve-model.ts'

/** What the names of one snapshot are resolved with. */
export interface TableParts {
  readonly models: ReadonlyMap<string, readonly Deployment[]>
  /** By configured name, in the order they are preferred. */
  readonly providers: ReadonlyMap<string, Provider>
  readonly catalog: Catalog
  /** Known ids by the names that other gateways have for them: `vertex_ai`, `google`. */
  readonly aliases: ReadonlyMap<string, string>
  /** Today, as `2026-11-21`: prices may change on a day. */
  readonly day: string
}

/**
 * Every name that leads somewhere, with prices and limits. What a name leads to is looked up once and then remembered,
 * so that no call looks anything up in the catalogue.
 */
export function createModelTable(parts: TableParts): ModelTable<Deployment> {
  return {
    models: parts.models,
    direct(name, model) {
      const provider = parts.providers.get(name)
      return provider && findDirect(provider, model, parts)
    },
    known: (name) => findKnown(name, parts),
    kept: new Map(),
  }
}

/** A deployment of this provider's own model, with what the catalogue knows of it. */
export function completeDeployment(
  deployment: Deployment,
  { catalog, day }: Pick<TableParts, 'catalog' | 'day'>,
): Deployment {
  const { provider, model, baseModel } = deployment
  const found = provider.knownId === undefined ? undefined : catalog.findOffer(provider.knownId, baseModel ?? model)
  return withOffer(deployment, found?.offer, day)
}

/** The deployment with the price of the day and the limits of an offer that is known already. */
export function withOffer(deployment: Deployment, offer: Offer | undefined, day: string): Deployment {
  const price = deployment.price ?? deployment.provider.price ?? (offer && priceOn(offer, day))
  const { maxOutputTokens, contextTokens } = offer ?? nothing
  return {
    ...deployment,
    ...(price !== undefined && { price }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(contextTokens !== undefined && { contextTokens }),
  }
}

const nothing: Partial<Offer> = {}

/** The provider's own name, or a common name of a model it serves under another: `anthropic/claude-sonnet-4.5`. */
function findDirect(provider: Provider, model: string, parts: TableParts): Deployment {
  const id = provider.knownId
  const isOwn = id === undefined || parts.catalog.findOffer(id, model) !== undefined
  const own = isOwn ? undefined : offerOf(provider, plainSlug(`${provider.name}/${model}`), parts)
  return deploy(provider, own ?? model, parts)
}

/**
 * In this order: a slug of OpenRouter's at every provider that serves it, another gateway's name of a provider before a
 * model, and a provider's own name of a model alone.
 */
function findKnown(name: string, parts: TableParts): readonly Deployment[] | undefined {
  const slash = name.indexOf('/')
  if (slash < 0) return found(atAll((provider) => ownName(provider, name, parts), parts))
  const slug = plainSlug(name)
  const bySlug = atAll((provider) => offerOf(provider, slug, parts), parts)
  if (bySlug.length > 0) return bySlug
  const id = parts.aliases.get(name.slice(0, slash))
  const model = name.slice(slash + 1)
  const byAlias = atAll((provider) => (id !== undefined && provider.knownId === id ? model : undefined), parts)
  return byAlias.length > 0 ? byAlias : found(atAll((provider) => ownName(provider, name, parts), parts))
}

function found(deployments: readonly Deployment[]): readonly Deployment[] | undefined {
  return deployments.length > 0 ? deployments : undefined
}

/** One deployment at each provider for which there is a name of the model, in the order of providers. */
function atAll(nameAt: (provider: Provider) => string | undefined, parts: TableParts): readonly Deployment[] {
  const all: Deployment[] = []
  for (const provider of parts.providers.values()) {
    const model = nameAt(provider)
    if (model !== undefined) all.push(deploy(provider, model, parts))
  }
  return all
}

function ownName({ knownId }: Provider, name: string, { catalog }: TableParts): string | undefined {
  return knownId !== undefined && catalog.findOffer(knownId, name) ? name : undefined
}

function offerOf({ knownId }: Provider, slug: string, { catalog }: TableParts): string | undefined {
  if (knownId === undefined) return undefined
  return catalog.findById(slug)?.offers.find((offer) => offer.provider === knownId)?.model
}

function deploy(provider: Provider, model: string, parts: TableParts): Deployment {
  return completeDeployment({ provider, model, deadlines: provider.deadlines }, parts)
}

/**
 * A slug without OpenRouter's routing suffixes, which say how to choose among providers and are no part of the name;
 * `:free` and the like are models of their own.
 */
function plainSlug(name: string): string {
  return name.replace(/(?::(?:nitro|floor|exacto|online))+$/, '')
}
