package dev.attachgateway.database;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A statement with named parameters such as {@code :volume_id}. It is parsed once into PostgreSQL's positions, so that
 * its text, by which prepared statements are cached, is always the same. Casts ({@code ::text}), quoted text, quoted names
 * and comments are left alone; block comments within block comments and slices of arrays are not supported.
 */
public final class NamedStatement {
    private static final Pattern TOKEN = Pattern.compile("""
            (?<![A-Za-z0-9_])[eE]'(?:[^'\\\\]|\\\\.|'')*+'  # a literal with escapes
            |'[^']*'                                        # a literal; a doubled quote begins another one
            |"[^"]*"
            |\\$(?<tag>[A-Za-z_]\\w*|)\\$.*?\\$\\k<tag>\\$
            |--[^\\n]*
            |/\\*.*?\\*/
            |::
            |(?<position>\\$\\d+)
            |:(?<name>[A-Za-z_]\\w*)
            """, Pattern.COMMENTS | Pattern.DOTALL);

    private final String text;
    private final List<String> names;

    private NamedStatement(String text, List<String> names) {
        this.text = text;
        this.names = List.copyOf(names);
    }

    /** Parses a statement; fails with {@link IllegalArgumentException} if it has positions such as {@code $1} as well. */
    public static NamedStatement parse(String sql) {
        var names = new ArrayList<String>();
        var text = TOKEN.matcher(sql).replaceAll(token -> {
            if (token.group("position") != null) {
                throw new IllegalArgumentException(
                        "The statement has the position " + token.group() + "; use names only: " + sql);
            }
            var name = token.group("name");
            if (name == null) {
                return Matcher.quoteReplacement(token.group());
            }
            if (!names.contains(name)) {
                names.add(name);
            }
            return "\\$" + (names.indexOf(name) + 1);
        });
        return new NamedStatement(text, names);
    }

    /** The statement with positions. */
    public String text() {
        return text;
    }

    /** Begins one execution. */
    public Values values() {
        return new Values();
    }

    /** The values of one execution. */
    public final class Values {
        private final Map<String, @Nullable Object> values = new HashMap<>();

        private Values() {}

        /** Sets a parameter; fails with {@link IllegalArgumentException} if the statement does not have it. */
        public Values set(String name, @Nullable Object value) {
            if (!names.contains(name)) {
                throw new IllegalArgumentException(
                        "The statement has no parameter :" + name + ". It has :" + String.join(", :", names) + ".");
            }
            values.put(name, value);
            return this;
        }

        /** The values by position; fails with {@link IllegalStateException} if one is missing. */
        public Tuple toTuple() {
            var missing =
                    names.stream().filter(name -> !values.containsKey(name)).toList();
            if (!missing.isEmpty()) {
                throw new IllegalStateException(
                        "No value is set for the parameter :" + String.join(", :", missing) + " of the statement.");
            }
            var ordered = new ArrayList<@Nullable Object>();
            names.forEach(name -> ordered.add(values.get(name)));
            return Tuple.from(ordered);
        }

        /** Executes the statement as a prepared one. */
        public Uni<RowSet<Row>> execute(SqlClient client) {
            return client.preparedQuery(text).execute(toTuple());
        }
    }
}
