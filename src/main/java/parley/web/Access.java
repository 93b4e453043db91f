package parley.web;

import parley.auth.Permission;

/// Who may call a route.
public sealed interface Access {
  /// Anyone, without a token.
  record Open() implements Access {}

  /// Any caller whose token is valid: the route itself decides what they may.
  record Authenticated() implements Access {}

  /// Any caller whose token is valid and has this permission.
  record Needs(Permission permission) implements Access {}

  /// Any caller whose token is valid and has one of these permissions.
  ///
  /// @param usual the one that is named to those who have neither
  record NeedsOneOf(Permission usual, Permission other) implements Access {}

  /// Whoever has a signed link, without a token: the route checks the signature itself.
  record Signed() implements Access {}

  /// As [Needs], except that a request without a token gets through when it is signed: the route
  /// checks that itself.
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
