package parley.web;

import parley.auth.Permission;

/// Who may call a route.
public sealed interface Access {
  /// Anyone, without a token.
  record Open() implements Access {}

  /// Any caller with a valid token; the route checks permissions itself.
  record Authenticated() implements Access {}

  /// Any caller with a valid token and this permission.
  record Needs(Permission permission) implements Access {}

  /// Any caller with a valid token and one of these permissions.
  ///
  /// @param usual the permission that the error message names
  record NeedsOneOf(Permission usual, Permission other) implements Access {}

  /// Anyone with a signed link, without a token; the route checks the signature.
  record Signed() implements Access {}

  /// Like [Needs], but signed requests need no token; the route checks the signature.
  record NeedsUnlessSigned(Permission permission) implements Access {}

  static Access open() {
    return new Open();
  }

  static Access authenticated() {
    return new Authenticated();
  }

  static Access signed() {
    return new Signed();
  }

  static Access needsUnlessSigned(Permission permission) {
    return new NeedsUnlessSigned(permission);
  }

  static Access needs(Permission permission) {
    return new Needs(permission);
  }

  static Access needsOneOf(Permission usual, Permission other) {
    return new NeedsOneOf(usual, other);
  }
}
