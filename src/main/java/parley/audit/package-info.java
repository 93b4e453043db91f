/// Who did what to what, and when: a record that is only ever added to.
@NullMarked
package parley.audit;

import org.jspecify.annotations.NullMarked;
