package dev.attachgateway.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Proves that names become positions and that nothing else in a statement changes. */
class NamedStatementTest {
    static Stream<Arguments> parameters() {
        return Stream.of(
                Arguments.of("select :id", "select $1"),
                Arguments.of("select :b, :a, :b", "select $1, $2, $1"),
                Arguments.of("select :volume_id2::uuid", "select $1::uuid"),
                Arguments.of("select (:a)", "select ($1)"),
                Arguments.of("make_interval(secs => :s)", "make_interval(secs => $1)"),
                Arguments.of("where a=:a and b = any(:b)", "where a=$1 and b = any($2)"),
                Arguments.of("select ':no'':no' || :a || 'it is :no'", "select ':no'':no' || $1 || 'it is :no'"),
                Arguments.of("select e'\\':no' || :a", "select e'\\':no' || $1"),
                Arguments.of("select E'a''\\\\' || :a || ':no'", "select E'a''\\\\' || $1 || ':no'"),
                Arguments.of("select date':no' || :a", "select date':no' || $1"),
                Arguments.of("select \":no\"\":no\", :a", "select \":no\"\":no\", $1"),
                Arguments.of("select :a -- :no, isn't it\n, :b", "select $1 -- :no, isn't it\n, $2"),
                Arguments.of("select /* :no\n isn't */ :a", "select /* :no\n isn't */ $1"),
                Arguments.of("select $$ :no $$, $f$ $$:no $f$, :a", "select $$ :no $$, $f$ $$:no $f$, $1"),
                Arguments.of("select json ->> 'a', :a", "select json ->> 'a', $1"));
    }

    @ParameterizedTest
    @MethodSource("parameters")
    void names_become_positions(String named, String positional) {
        assertThat(NamedStatement.parse(named).text()).isEqualTo(positional);
    }

    @ParameterizedTest
    @ValueSource(strings = {"select 1", "select a::text, 'x:y', b[1:2], c := 1", "select '", "select now()"})
    void a_statement_without_names_stays_as_it_is(String sql) {
        assertThat(NamedStatement.parse(sql).text()).isEqualTo(sql);
    }

    @Test
    void values_are_in_the_order_of_their_positions_and_may_be_null() {
        var values = NamedStatement.parse("select :b, :a, :b, :c")
                .values()
                .set("a", 1)
                .set("b", "two")
                .set("c", null)
                .toTuple();
        assertThat(values.size()).isEqualTo(3);
        assertThat(List.of(values.getValue(0), values.getValue(1))).isEqualTo(List.of("two", 1));
        assertThat(values.getValue(2)).isNull();
    }

    @Test
    void an_unknown_name_fails_with_the_names_that_exist() {
        var values = NamedStatement.parse("select :a, :b").values();
        assertThatThrownBy(() -> values.set("c", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The statement has no parameter :c. It has :a, :b.");
    }

    @Test
    void a_missing_value_fails_with_its_name() {
        var values = NamedStatement.parse("select :a, :b, :c").values().set("b", null);
        assertThatThrownBy(values::toTuple)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("No value is set for the parameter :a, :c of the statement.");
    }

    @Test
    void a_statement_has_either_names_or_positions() {
        assertThatThrownBy(() -> NamedStatement.parse("select :a, $2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The statement has the position $2; use names only: select :a, $2");
    }
}
