/** What a name may look like. Names travel in URLs, headers, logs and `provider/model`, so each set is strict. */
export interface NameRule {
  readonly pattern: RegExp
  /** For the message: `a provider's name` + ` is ...`. */
  readonly says: string
}

/** No `/`: in `provider/model` the first slash ends the provider. */
export const providerNameRule: NameRule = {
  pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
  says: 'up to 64 letters, digits and . _ -, beginning with a letter or digit',
}

/** The name clients ask for. */
export const modelNameRule: NameRule = {
  pattern: /^[A-Za-z0-9](?!.*(?:\/\/|\/\.{1,2}(?:\/|$)))[A-Za-z0-9._:@+/-]{0,199}$/,
  says: 'up to 200 letters, digits and . _ : @ + - /, beginning with a letter or digit',
}

/**
 * The provider's own name of a model, which may stand in a URL's path (attack case C2): no `#`, `?`, `\`, `%`, space, nor
 * a dot segment. Local servers use file names, clouds use ARNs and `@`.
 */
export const upstreamModelRule: NameRule = {
  pattern: /^(?!.*(?:\/\/|(?:^|\/)\.{1,2}(?:\/|$)))[A-Za-z0-9._:@+/~=,()-]{1,300}$/,
  says: 'up to 300 letters, digits and . _ : @ + ~ = , ( ) - /',
}

/** The name of a virtual key, for people. */
export const keyNameRule: NameRule = {
  pattern: /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$/,
  says: 'up to 64 letters, digits and . _ @ + -, beginning with a letter or digit',
}

/** A request field in `allow:`. */
export const fieldNameRule: NameRule = {
  pattern: /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/,
  says: 'up to 64 letters, digits and . _ -, beginning with a letter',
}

/** An HTTP header's name, as RFC 9110 has it, in lower case. */
export const headerNameRule: NameRule = {
  pattern: /^[a-z0-9!#$&'*+.^_`|~-]{1,100}$/,
  says: "up to 100 letters, digits and ! # $ & ' * + - . ^ _ ` | ~",
}
