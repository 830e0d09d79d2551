/**
 * The smallest relay one can write on Bun: no key, no model, no limit, no log, no deadline, and no bound on what a slow
 * client makes it hold. What a gateway costs beyond this is its own doing.
 *
 *   bun bench/floor.ts PORT UPSTREAM_PORT
 */
const upstream = `http://127.0.0.1:${process.argv[3]}`

Bun.serve({
  hostname: '127.0.0.1',
  port: Number(process.argv[2]),
  idleTimeout: 0,
  development: false,
  async fetch(request) {
    const answer = await fetch(upstream + request.url.slice(request.url.indexOf('/', 8)), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer sk-upstream' },
      body: await request.text(),
      redirect: 'manual',
    })
    const headers = { 'content-type': answer.headers.get('content-type') ?? '' }
    const isStream = headers['content-type'].startsWith('text/event-stream')
    return new Response(isStream ? answer.body : await answer.arrayBuffer(), { headers })
  },
})

export {}
