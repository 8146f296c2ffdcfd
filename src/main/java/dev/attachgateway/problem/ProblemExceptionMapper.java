package dev.attachgateway.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.attachgateway.access.accesskey.RequestSignature;
import dev.attachgateway.problem.type.ProblemBuilder;
import dev.attachgateway.problem.type.ProblemType;
import dev.attachgateway.request.RequestId;
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

/** Writes problem responses for failures in resources and in raw Vert.x routes. */
@ApplicationScoped
class ProblemExceptionMapper {
    private static final Logger LOG = Logger.getLogger(ProblemExceptionMapper.class);

    /** Failure handlers run in the order of their routes; this one responds before any other. */
    private static final int FIRST = Integer.MIN_VALUE;

    private static final Set<ProblemType> CONNECTION_CLOSING =
            EnumSet.of(ProblemType.BODY_TOO_LARGE, ProblemType.ADDRESS_TOO_LONG, ProblemType.HEADERS_TOO_LARGE);

    private final ObjectMapper json;
    private final AllowedMethods allowedMethods;

    ProblemExceptionMapper(ObjectMapper json, AllowedMethods allowedMethods) {
        this.json = json;
        this.allowedMethods = allowedMethods;
    }

    void register(@Observes @Priority(1) Router router) {
        router.route().order(FIRST).failureHandler(this::writeProblem);
    }

    @ServerExceptionMapper
    Response toResponse(Throwable failure, RoutingContext exchange) {
        var problemBuilder = mapAndLog(-1, failure, exchange);
        var response = Response.status(problemBuilder.problemType().status())
                .type(Problem.mediaType(RequestSignature.hasSignature(exchange)))
                .entity(toJson(problemBuilder, exchange));
        problemBuilder.headers().forEach(response::header);
        return response.build();
    }

    /** Overrides the framework's mapper for this exception, which takes precedence over a mapper for {@link Throwable}. */
    @ServerExceptionMapper
    Response mismatchedInputToResponse(MismatchedInputException failure, RoutingContext exchange) {
        return toResponse(failure, exchange);
    }

    private void writeProblem(RoutingContext exchange) {
        var response = exchange.response();
        if (response.headWritten()) {
            response.reset();
            return;
        }
        var problemBuilder = mapAndLog(exchange.statusCode(), exchange.failure(), exchange);
        problemBuilder.headers().forEach(response::putHeader);
        response.setStatusCode(problemBuilder.problemType().status())
                .putHeader("content-type", Problem.mediaType(RequestSignature.hasSignature(exchange)))
                .end(toJson(problemBuilder, exchange));
    }

    private ProblemBuilder mapAndLog(int status, @Nullable Throwable failure, RoutingContext exchange) {
        var problemBuilder = correctMethodNotAllowed(ProblemMapper.map(status, failure), exchange);
        if (CONNECTION_CLOSING.contains(problemBuilder.problemType())
                && exchange.request().version() != HttpVersion.HTTP_2) {
            // The rest of the request is not read, so the connection cannot serve another one.
            problemBuilder = problemBuilder.withHeader("Connection", "close");
        }
        if (problemBuilder.problemType() == ProblemType.INTERNAL) {
            LOG.errorf(
                    failure,
                    "unexpected failure request_id=%s",
                    RequestId.getOrCreate(exchange).traceId());
        } else if (problemBuilder.problemType().status() >= 500) {
            LOG.warnf(
                    "request failed code=%s request_id=%s cause=%s",
                    problemBuilder.code(), RequestId.getOrCreate(exchange).traceId(), failure);
        }
        return problemBuilder;
    }

    /** The framework reports 404 for a wrong method if resources share a path prefix. */
    private ProblemBuilder correctMethodNotAllowed(ProblemBuilder problemBuilder, RoutingContext exchange) {
        if (problemBuilder.problemType() != ProblemType.NO_SUCH_PATH
                && problemBuilder.problemType() != ProblemType.METHOD_NOT_ALLOWED) {
            return problemBuilder;
        }
        var allowed = allowedMethods.forPath(exchange.normalizedPath());
        return allowed.isEmpty() || allowed.contains(exchange.request().method().name())
                ? problemBuilder
                : ProblemBuilder.of(ProblemType.METHOD_NOT_ALLOWED).withHeader("Allow", String.join(", ", allowed));
    }

    private String toJson(ProblemBuilder problemBuilder, RoutingContext exchange) {
        try {
            return json.writeValueAsString(Problem.of(
                    problemBuilder,
                    exchange.normalizedPath(),
                    RequestId.getOrCreate(exchange).traceId()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
