/// The HTTP edge: server, routes, requests and answers, and problems in each dialect's shape.
@NullMarked
package parley.web;

import org.jspecify.annotations.NullMarked;
