package parley.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.ClassTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/// The tests of the class run twice: with servers that keep files in a folder, then with servers
/// that keep them in S3. [TestServer] sees to it.
@ClassTemplate
@ExtendWith(BothStores.class)
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface OnBothStores {}
