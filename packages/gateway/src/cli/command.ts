/** What the command line asks for. */
export type Command =
  | { readonly kind: 'serve' | 'help' | 'version' }
  | { readonly kind: 'new-key'; readonly name: string }
  | { readonly kind: 'catalog-show'; readonly model: string }
  | { readonly kind: 'catalog-update'; readonly from: string }
