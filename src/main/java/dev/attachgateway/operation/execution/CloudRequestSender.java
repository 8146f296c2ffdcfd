package dev.attachgateway.operation.execution;

import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationFailure;
import dev.attachgateway.operation.store.OperationMetrics;
import dev.attachgateway.upstream.ModelArtsClient;
import dev.attachgateway.upstream.SendOptions;
import dev.attachgateway.upstream.credential.MissingCredentialException;
import dev.attachgateway.upstream.http.CloudCallException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/** Sends the cloud request of an operation whose intent is committed, once. */
@ApplicationScoped
public class CloudRequestSender {
    private static final Logger LOG = Logger.getLogger(CloudRequestSender.class);

    private final ModelArtsClient modelArtsClient;
    private final OperationMetrics metrics;

    CloudRequestSender(ModelArtsClient modelArtsClient, OperationMetrics metrics) {
        this.modelArtsClient = modelArtsClient;
        this.metrics = metrics;
    }

    /** The outcome of the only send; never fails. */
    Uni<SendOutcome> send(Operation operation, SendOptions options) {
        metrics.countSend(operation.type());
        var sent = switch (operation.type()) {
            case ATTACH ->
                modelArtsClient.attach(operation.projectId(), operation.serverId(), operation.volumeId(), options);
            case DETACH ->
                modelArtsClient.detach(operation.projectId(), operation.serverId(), operation.volumeId(), options);
        };
        return sent.<SendOutcome>map(accepted -> new SendOutcome.Accepted(
                        accepted.operationId(), accepted.status().isShownAsRunning()))
                .onFailure()
                .recoverWithItem(CloudRequestSender::outcomeOf);
    }

    /** A failed call as the end of a sentence; the details of an unexpected error go to the log only. */
    public static String describeFailure(Throwable failure) {
        if (failure instanceof CloudCallException || failure instanceof MissingCredentialException) {
            return failure.getMessage() + ".";
        }
        LOG.error("a call to the cloud failed unexpectedly", failure);
        return "an unexpected error.";
    }

    private static SendOutcome outcomeOf(Throwable failure) {
        return switch (failure) {
            case CloudCallException.Refused refused -> new SendOutcome.Refused(OperationFailure.of(refused));
            case CloudCallException.NotStarted _ -> new SendOutcome.NotStarted(describeFailure(failure));
            case MissingCredentialException _ -> new SendOutcome.NotStarted(describeFailure(failure));
            default -> new SendOutcome.Unknown("The outcome of the request is unknown: " + describeFailure(failure));
        };
    }
}
