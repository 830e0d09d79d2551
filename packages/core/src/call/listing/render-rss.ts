import type { ReachableModel } from './reachable-models.ts'

/** A list of models as an RSS 2.0 feed. */
export function renderRss(models: readonly ReachableModel[]): string {
  const items = models.map(({ id, facts }) => {
    const date = facts?.released === undefined ? '' : `<pubDate>${new Date(facts.released).toUTCString()}</pubDate>`
    const guid = `<guid isPermaLink="false">${escapeXml(id)}</guid>`
    return `<item><title>${escapeXml(facts?.name ?? id)}</title><link>/api/v1/models/${escapeXml(id)}/endpoints</link>${guid}${date}</item>`
  })
  const head = '<title>Models</title><link>/api/v1/models</link><description>Models of this gateway</description>'
  return `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>${head}${items.join('')}</channel></rss>`
}

function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
