import type { Endpoint } from '../../ir/dialect.ts'

const none: Endpoint['headers'] = {}
const streamHeaders: Endpoint['headers'] = { accept: 'application/vnd.amazon.eventstream' }

/** The model stands in the path, all of it one segment: ids hold colons, the ARNs of inference profiles slashes too. */
export function endpoint(model: string, stream: boolean): Endpoint {
  const path = `/model/${encodeURIComponent(model)}/${stream ? 'converse-stream' : 'converse'}`
  return { path, headers: stream ? streamHeaders : none }
}
