/** The part of a Bun socket that is used here. */
export type Socket = Bun.Socket<SocketOwner>

/** Who hears what happens on a socket: first the attempt to open it, then the connection. It is the socket's `data`. */
export interface SocketOwner {
  onOpen(socket: Socket): void
  /** The TLS handshake is over. `error` is what was wrong with the certificate. */
  onHandshake(isTrusted: boolean, error: Error | null): void
  onData(bytes: Buffer): void
  onDrain(): void
  /** The last call. Without an error the peer closed in good order. */
  onClose(error: Error | undefined): void
  onError(error: Error): void
}

/** One set of handlers for all sockets. */
export const socketHandlers: Bun.SocketHandler<SocketOwner> = {
  binaryType: 'buffer',
  open: (socket) => socket.data.onOpen(socket),
  data: (socket, bytes) => socket.data.onData(bytes),
  drain: (socket) => socket.data.onDrain(),
  close: (socket, error) => socket.data.onClose(error),
  error: (socket, error) => socket.data.onError(error),
}

/** The same with TLS. Apart, because a plain socket with a `handshake` handler would wait for one. */
export const tlsSocketHandlers: Bun.SocketHandler<SocketOwner> = {
  ...socketHandlers,
  handshake: (socket, isTrusted, error) => socket.data.onHandshake(isTrusted, error),
}
