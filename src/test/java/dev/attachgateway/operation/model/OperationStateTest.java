package dev.attachgateway.operation.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.operation.model.OperationState.Checking;
import dev.attachgateway.operation.model.OperationState.Confirming;
import dev.attachgateway.operation.model.OperationState.Failed;
import dev.attachgateway.operation.model.OperationState.Following;
import dev.attachgateway.operation.model.OperationState.Queued;
import dev.attachgateway.operation.model.OperationState.Sending;
import dev.attachgateway.operation.model.OperationState.Succeeded;
import dev.attachgateway.operation.model.OperationState.Unsent;
import dev.attachgateway.operation.model.OperationState.Unsettled;
import dev.attachgateway.operation.model.OperationState.Waiting;
import dev.attachgateway.problem.type.ProblemType;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Proves that each state of an operation offers its legal transitions only and maps to the cloud's status and limits. */
class OperationStateTest {
    private static final OperationFailure FAILURE =
            OperationFailure.of(ProblemType.CLOUD_REFUSED, "ModelArts.7000", "no");
    private static final List<OperationState> ALL = List.of(
            new Checking(0),
            new Waiting(1, "later"),
            new Sending(1),
            new Following(1, "u", false),
            new Following(1, "u", true),
            new Confirming(1, "u"),
            new Queued(1, 2, "second in the queue"),
            new Unsettled(1, "unknown", null, null, false),
            new Unsettled(1, "unknown", "u", FAILURE, false),
            new Succeeded(1, "u"),
            new Failed(1, FAILURE, "u"));

    /** The states that the methods of a state's type lead to. */
    private static Set<Class<?>> transitions(Class<? extends OperationState> state) {
        var offered = Unsent.class.isAssignableFrom(state)
                ? Stream.concat(Arrays.stream(state.getMethods()), Arrays.stream(Unsent.class.getMethods()))
                : Arrays.stream(state.getMethods());
        return offered.map(Method::getReturnType)
                .filter(type -> OperationState.class.isAssignableFrom(type))
                .collect(Collectors.toSet());
    }

    @Test
    void each_state_offers_its_legal_transitions_only() {
        for (var unsent : List.of(Checking.class, Queued.class, Waiting.class)) {
            assertThat(transitions(unsent))
                    .containsExactlyInAnyOrder(
                            Sending.class, Queued.class, Waiting.class, Failed.class, Unsettled.class);
        }
        assertThat(transitions(Sending.class))
                .containsExactlyInAnyOrder(Following.class, Failed.class, Waiting.class, Unsettled.class);
        assertThat(transitions(Following.class))
                .containsExactlyInAnyOrder(Following.class, Confirming.class, Failed.class, Unsettled.class);
        assertThat(transitions(Confirming.class)).containsExactlyInAnyOrder(Succeeded.class, Unsettled.class);
        assertThat(transitions(Unsettled.class))
                .containsExactlyInAnyOrder(Unsettled.class, Waiting.class, Succeeded.class, Failed.class);
        assertThat(transitions(Succeeded.class)).isEmpty();
        assertThat(transitions(Failed.class)).isEmpty();
    }

    @Test
    void only_confirming_and_unsettled_lead_to_succeeded() {
        var before = Stream.<Class<? extends OperationState>>of(
                        Checking.class,
                        Queued.class,
                        Waiting.class,
                        Sending.class,
                        Following.class,
                        Confirming.class,
                        Unsettled.class)
                .filter(state -> transitions(state).contains(Succeeded.class));
        assertThat(before).containsExactly(Confirming.class, Unsettled.class);
    }

    @Test
    void only_succeeded_and_failed_are_ended() {
        assertThat(ALL).allSatisfy(state -> {
            var isFinal = state instanceof Succeeded || state instanceof Failed;
            assertThat(state.isEnded()).isEqualTo(isFinal);
            assertThat(state.status() == OperationStatus.SUCCESS || state.status() == OperationStatus.FAILED)
                    .isEqualTo(isFinal);
        });
    }

    @Test
    void unsettled_has_status_running_and_a_detail() {
        var unsettled = new Sending(1).outcomeUnknown("reason");
        assertThat(unsettled.status()).isEqualTo(OperationStatus.RUNNING);
        assertThat(unsettled.detail()).isEqualTo("reason");
    }

    @Test
    void each_send_intent_counts_as_an_attempt() {
        assertThat(new Checking(0).startSending().attempts()).isEqualTo(1);
        assertThat(new Sending(1).notStarted("busy").startSending().attempts()).isEqualTo(2);
        assertThat(new Sending(1)
                        .accepted("u", false)
                        .cloudSucceeded()
                        .confirmed()
                        .attempts())
                .isEqualTo(1);
    }

    @Test
    void the_clouds_operation_id_is_kept_until_the_end() {
        assertThat(new Sending(1)
                        .accepted("u", true)
                        .nowRunning()
                        .cloudSucceeded()
                        .notConfirmed("lag")
                        .confirmed()
                        .upstreamId())
                .isEqualTo("u");
        assertThat(new Following(1, "u", true).failed(FAILURE).upstreamId()).isEqualTo("u");
    }

    @Test
    void failure_codes_and_messages_keep_the_clouds_length_limits() {
        assertThat(OperationFailure.of(ProblemType.CLOUD_REFUSED, "5", "").code())
                .hasSizeBetween(8, 36);
        assertThat(OperationFailure.of(ProblemType.CLOUD_REFUSED, "", "").code())
                .hasSizeBetween(8, 36);
        assertThat(OperationFailure.of(ProblemType.CLOUD_REFUSED, "400", "").code())
                .hasSizeBetween(8, 36);
        assertThat(OperationFailure.of(ProblemType.CLOUD_REFUSED, "c".repeat(99), "x")
                        .code())
                .hasSize(36);
        assertThat(OperationFailure.of(ProblemType.CLOUD_REFUSED, "ModelArts.1", "")
                        .message())
                .hasSizeBetween(2, 512);
        assertThat(OperationFailure.of(ProblemType.CLOUD_REFUSED, "ModelArts.1", "m".repeat(999))
                        .message())
                .hasSize(512);
    }
}
