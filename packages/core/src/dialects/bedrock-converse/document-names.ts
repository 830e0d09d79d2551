const longestName = 200

/**
 * Names of documents as the API takes them: letters, digits, hyphens, brackets and single spaces, and no two of a
 * request alike. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html (seen 2026-11-21)
 */
export class DocumentNames {
  readonly #taken = new Set<string>()

  /** A name like this one, without its extension: the format says that. */
  take(filename: string | undefined): string {
    const base = plainName(filename ?? '') || 'Document'
    let name = base
    for (let count = 2; this.#taken.has(name.toLowerCase()); count++) name = `${base} ${count}`
    this.#taken.add(name.toLowerCase())
    return name
  }
}

function plainName(filename: string): string {
  const stem = filename.replace(/\.[a-z0-9]{1,5}$/i, '')
  return stem
    .replace(/[^a-zA-Z0-9()[\]-]+/g, ' ')
    .trim()
    .slice(0, longestName)
    .trimEnd()
}
