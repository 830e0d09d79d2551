const loopback = ['127.0.0.1', 'localhost', '::1']

/**
 * Keeps calls to servers on this machine on this machine. With HTTP_PROXY set, Bun's fetch sends even those to the proxy
 * (seen on 1.4.5), key and prompt included, where the address means another machine. Changes `env`, which must be the
 * process's own; fetch reads it at every call.
 */
export function exemptLoopback(env: Record<string, string | undefined>): void {
  const isProxied = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'].some(
    (name) => (env[name] ?? '') !== '',
  )
  if (!isProxied) return
  const listed = (env['no_proxy'] ?? env['NO_PROXY'] ?? '').split(',').map((each) => each.trim())
  const all = [...new Set([...listed.filter((each) => each !== ''), ...loopback])].join(',')
  env['NO_PROXY'] = all
  env['no_proxy'] = all
}
