import type { Position } from './problem.ts'

/**
 * The configuration as a tree in which everything knows its place: what `parse-yaml.ts` makes and the readers read.
 * Plain data, without variables (they are already filled in), anchors or tags.
 */
export type ConfigNode = ScalarNode | MapNode | ListNode | BrokenNode

export interface ScalarNode {
  readonly kind: 'scalar'
  readonly value: string | number | boolean | null
  /** True when (part of) the text came from the environment: then `'0.5'` may also stand for a number. */
  readonly isExpanded: boolean
  readonly at: Position
}

export interface MapNode {
  readonly kind: 'map'
  /** Keys are unique and never the name of a prototype's property. */
  readonly entries: readonly MapEntry[]
  readonly at: Position
}

export interface MapEntry {
  readonly key: string
  readonly keyAt: Position
  readonly value: ConfigNode
}

export interface ListNode {
  readonly kind: 'list'
  readonly items: readonly ConfigNode[]
  readonly at: Position
}

/** Something whose problem has been reported already: readers answer undefined and say nothing more. */
export interface BrokenNode {
  readonly kind: 'broken'
  readonly at: Position
}
