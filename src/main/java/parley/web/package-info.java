/// The HTTP edge: server, routing, requests, responses, and errors in each dialect.
@NullMarked
package parley.web;

import org.jspecify.annotations.NullMarked;
