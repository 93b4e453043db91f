package parley.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Documents one section of [Config] or one key of a section. The text is what `parley config`
/// prints, so it speaks to the operator.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Setting {
  /// What the key does, in whole sentences.
  String value();

  /// The value when nobody sets the key, as it would stand in an environment variable.
  String byDefault() default "";

  /// The smallest number allowed, for numbers and durations.
  long least() default Long.MIN_VALUE;

  /// The largest number allowed, for numbers and durations.
  long most() default Long.MAX_VALUE;
}
