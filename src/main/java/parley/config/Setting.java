package parley.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Documents a section of [Config] or a key of a section, for operators: `parley config` prints the
/// text.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Setting {
  /// The description, in whole sentences.
  String value();

  /// The default, in the format of an environment variable.
  String defaultValue() default "";

  /// The minimum and maximum of a number or of a duration in seconds; a single element is a
  /// minimum.
  long[] range() default {};
}
