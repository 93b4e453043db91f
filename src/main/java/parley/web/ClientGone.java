package parley.web;

import java.io.IOException;

/// The client closed its connection before it received a response.
public final class ClientGone extends IOException {
  private static final long serialVersionUID = 1L;

  public ClientGone(String message) {
    super(message);
  }
}
