/** One profile of `~/.aws/credentials` and `~/.aws/config`: its settings by name. */
export type AwsProfile = ReadonlyMap<string, string>

/**
 * Reads a profile out of both files; what the credentials file says wins. Undefined when neither names it.
 * https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html (seen 2026-11-21)
 */
export function readAwsProfile(
  name: string,
  { credentials, config }: { readonly credentials: string | undefined; readonly config: string | undefined },
): AwsProfile | undefined {
  const inConfig = readSection(config ?? '', name === 'default' ? ['default', 'profile default'] : [`profile ${name}`])
  const inCredentials = readSection(credentials ?? '', [name])
  return inConfig || inCredentials ? new Map([...(inConfig ?? []), ...(inCredentials ?? [])]) : undefined
}

function readSection(text: string, titles: readonly string[]): AwsProfile | undefined {
  let found: Map<string, string> | undefined
  let isInside = false
  for (const line of text.split(/\r?\n/)) {
    const title = /^\s*\[\s*([^\]]*?)\s*\]/.exec(line)?.[1]
    if (title !== undefined) {
      isInside = titles.includes(title.replace(/\s+/g, ' '))
      if (isInside) found ??= new Map()
      continue
    }
    // An indented line belongs to the setting above it, of a kind nobody here reads.
    const setting = isInside ? /^([A-Za-z0-9_.-]+)\s*=\s*(.*?)\s*$/.exec(line) : null
    if (setting?.[1] !== undefined && setting[2] !== undefined && setting[2] !== '')
      found?.set(setting[1].toLowerCase(), setting[2].replace(/\s[#;].*$/, ''))
  }
  return found
}
