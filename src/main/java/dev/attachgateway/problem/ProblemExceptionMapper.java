package dev.attachgateway.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.attachgateway.access.accesskey.RequestSignature;
import dev.attachgateway.problem.type.ProblemType;
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
class ProblemExceptionMapper {
    private static final Logger LOG = Logger.getLogger(ProblemExceptionMapper.class);

    /** Failure handlers are asked in the order of their routes; this one answers before any other looks. */
    private static final int FIRST = Integer.MIN_VALUE;

    private static final Set<ProblemType> UNREAD =
            EnumSet.of(ProblemType.BODY_TOO_LARGE, ProblemType.ADDRESS_TOO_LONG, ProblemType.HEADERS_TOO_LARGE);

    private final ObjectMapper json;
    private final AllowedMethods methods;

    ProblemExceptionMapper(ObjectMapper json, AllowedMethods methods) {
        this.json = json;
        this.methods = methods;
    }

    void register(@Observes @Priority(1) Router router) {
        router.route().order(FIRST).failureHandler(this::write);
    }

    @ServerExceptionMapper
    Response rest(Throwable failure, RoutingContext exchange) {
        var problemBuilder = found(-1, failure, exchange);
        var response = Response.status(problemBuilder.complaint().status())
                .type(Problem.mediaType(RequestSignature.hasSignature(exchange)))
                .entity(body(problemBuilder, exchange));
        problemBuilder.headers().forEach(response::header);
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
        var problemBuilder = found(exchange.statusCode(), exchange.failure(), exchange);
        problemBuilder.headers().forEach(response::putHeader);
        response.setStatusCode(problemBuilder.complaint().status())
                .putHeader("content-type", Problem.mediaType(RequestSignature.hasSignature(exchange)))
                .end(body(problemBuilder, exchange));
    }

    private ProblemBuilder found(int status, @Nullable Throwable failure, RoutingContext exchange) {
        var problemBuilder = wrongMethod(ProblemMapper.recognise(status, failure), exchange);
        if (UNREAD.contains(problemBuilder.complaint()) && exchange.request().version() != HttpVersion.HTTP_2) {
            // The rest of the request is not read, so the connection cannot serve another one.
            problemBuilder = problemBuilder.header("Connection", "close");
        }
        if (problemBuilder.complaint() == ProblemType.INTERNAL) {
            LOG.errorf(
                    failure,
                    "unexpected failure request_id=%s",
                    RequestId.getOrCreate(exchange).traceId());
        } else if (problemBuilder.complaint().status() >= 500) {
            LOG.warnf(
                    "request failed code=%s request_id=%s cause=%s",
                    problemBuilder.code(), RequestId.getOrCreate(exchange).traceId(), failure);
        }
        return problemBuilder;
    }

    /** Of resources whose addresses begin alike the framework says 404 where the method is wrong. */
    private ProblemBuilder wrongMethod(ProblemBuilder problemBuilder, RoutingContext exchange) {
        if (problemBuilder.complaint() != ProblemType.NO_SUCH_PATH
                && problemBuilder.complaint() != ProblemType.METHOD_NOT_ALLOWED) {
            return problemBuilder;
        }
        var allowed = methods.allowed(exchange.normalizedPath());
        return allowed.isEmpty() || allowed.contains(exchange.request().method().name())
                ? problemBuilder
                : ProblemBuilder.of(ProblemType.METHOD_NOT_ALLOWED).header("Allow", String.join(", ", allowed));
    }

    private String body(ProblemBuilder problemBuilder, RoutingContext exchange) {
        try {
            return json.writeValueAsString(problemBuilder.problem(
                    exchange.normalizedPath(), RequestId.getOrCreate(exchange).traceId()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
