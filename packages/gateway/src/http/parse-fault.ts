/** Why bytes were refused: not HTTP as we accept it, or over a limit. */
export interface ParseFault {
  readonly kind: 'protocol' | 'too-large'
  readonly message: string
}
