import { constants, Http2ServerRequest } from "node:http2";
import type { AnyRequest } from "./protocol-switch.ts";

/** Ends the exchange without an answer: HTTP/1.1 loses its connection, HTTP/2 only the stream. */
export function breakConnection(request: AnyRequest): void {
  if (request instanceof Http2ServerRequest) {
    request.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  } else {
    request.socket.resetAndDestroy();
  }
}
