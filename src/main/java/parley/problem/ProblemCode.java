package parley.problem;

/// placeholder
public enum ProblemCode {
  BAD_REQUEST
}
