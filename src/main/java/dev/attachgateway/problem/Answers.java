package dev.attachgateway.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.attachgateway.access.accesskey.RequestSignature;
import dev.attachgateway.request.RequestId;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.Response;
import java.util.EnumSet;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jspecify.annotations.Nullable;

/** Writes problems: for what fails in resources, and for what fails above and below them in raw routes. */
@ApplicationScoped
class Answers {
    private static final Logger LOG = Logger.getLogger(Answers.class);

    /** Failure handlers are asked in the order of their routes; this one answers before any other looks. */
    private static final int FIRST = Integer.MIN_VALUE;

    private static final Set<Complaint> UNREAD =
            EnumSet.of(Complaint.BODY_TOO_LARGE, Complaint.ADDRESS_TOO_LONG, Complaint.HEADERS_TOO_LARGE);

    private final ObjectMapper json;
    private final Methods methods;

    Answers(ObjectMapper json, Methods methods) {
        this.json = json;
        this.methods = methods;
    }

    void register(@Observes @Priority(1) Router router) {
        router.route().order(FIRST).failureHandler(this::write);
    }

    @ServerExceptionMapper
    Response rest(Throwable failure, RoutingContext exchange) {
        var finding = found(-1, failure, exchange);
        var response = Response.status(finding.complaint().status())
                .type(Problem.mediaType(RequestSignature.hasSignature(exchange)))
                .entity(body(finding, exchange));
        finding.headers().forEach(response::header);
        return response.build();
    }

    /** Named, because the framework has a mapper of its own for it, which is nearer than one for everything. */
    @ServerExceptionMapper
    Response mismatched(MismatchedInputException failure, RoutingContext exchange) {
        return rest(failure, exchange);
    }

    private void write(RoutingContext exchange) {
        HttpServerResponse response = exchange.response();
        if (response.headWritten()) {
            response.reset();
            return;
        }
        var finding = found(exchange.statusCode(), exchange.failure(), exchange);
        finding.headers().forEach(response::putHeader);
        response.setStatusCode(finding.complaint().status())
                .putHeader("content-type", Problem.mediaType(RequestSignature.hasSignature(exchange)))
                .end(body(finding, exchange));
    }

    private Finding found(int status, @Nullable Throwable failure, RoutingContext exchange) {
        var finding = wrongMethod(Desk.recognise(status, failure), exchange);
        if (UNREAD.contains(finding.complaint()) && exchange.request().version() != HttpVersion.HTTP_2) {
            // The rest of the request is not read, so the connection cannot serve another one.
            finding = finding.header("Connection", "close");
        }
        if (finding.complaint() == Complaint.INTERNAL) {
            LOG.errorf(
                    failure,
                    "unexpected failure request_id=%s",
                    RequestId.getOrCreate(exchange).traceId());
        } else if (finding.complaint().status() >= 500) {
            LOG.warnf(
                    "request failed code=%s request_id=%s cause=%s",
                    finding.code(), RequestId.getOrCreate(exchange).traceId(), failure);
        }
        return finding;
    }

    /** Of resources whose addresses begin alike the framework says 404 where the method is wrong. */
    private Finding wrongMethod(Finding finding, RoutingContext exchange) {
        if (finding.complaint() != Complaint.NO_SUCH_PATH && finding.complaint() != Complaint.METHOD_NOT_ALLOWED) {
            return finding;
        }
        var allowed = methods.allowed(exchange.normalizedPath());
        return allowed.isEmpty() || allowed.contains(exchange.request().method().name())
                ? finding
                : Finding.of(Complaint.METHOD_NOT_ALLOWED).header("Allow", String.join(", ", allowed));
    }

    private String body(Finding finding, RoutingContext exchange) {
        try {
            return json.writeValueAsString(finding.problem(
                    exchange.normalizedPath(), RequestId.getOrCreate(exchange).traceId()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
