package dev.attachgateway.upstream;

import dev.attachgateway.signature.Signer;
import dev.attachgateway.upstream.UpstreamFailure.NotStarted;
import dev.attachgateway.upstream.UpstreamFailure.NotStarted.Why;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Calls in the name of a project: signed with its access key, or with its token and once more when that is stale. */
@ApplicationScoped
class Cloud {
    private final Credentials credentials;
    private final Lockouts lockouts;
    private final Tokens tokens;
    private final Guards guards;
    private final CloudClock clock;

    Cloud(Credentials credentials, Lockouts lockouts, Tokens tokens, Guards guards, CloudClock clock) {
        this.credentials = credentials;
        this.lockouts = lockouts;
        this.tokens = tokens;
        this.guards = guards;
        this.clock = clock;
    }

    /** A read; the answer is a success. */
    Uni<Answer> read(Service service, String projectId, String url) {
        var request = Request.read(service, projectId, url);
        return credential(projectId).flatMap(credential -> {
            var key = credential.key();
            return credential.user() == null && key != null
                    ? readSigned(request, key)
                    : withToken(request, Objects.requireNonNull(credential.user()), true);
        });
    }

    /** A write, signed where the credential can. The answer is a success. */
    Uni<Answer> write(
            Service service, String projectId, HttpMethod method, String url, @Nullable Buffer body, Send send) {
        var request = new Request(service, projectId, method, url, body, send.before());
        return credential(projectId).flatMap(credential -> {
            if (credential.signsWrites() != send.signed()) {
                throw new NotStarted(
                        Why.CREDENTIAL,
                        "the credential of the project is not of the sort that it was when the write was decided",
                        null,
                        null);
            }
            var key = credential.key();
            if (key == null) {
                return withToken(request, Objects.requireNonNull(credential.user()), false);
            }
            // Once and for all: repetitions carry the same date, or they would outlive the intent.
            var headers = request.signedWith(key, clock.shownBy(service, send.date()));
            return call(request, key, false, wire -> request.over(wire, headers));
        });
    }

    private Uni<Credential> credential(String projectId) {
        return credentials.of(projectId).map(credential -> credential.orElseThrow(() -> new NoCredential(projectId)));
    }

    /** Dated anew for each repetition; and once more when a refusal has shown that the cloud's clock is another. */
    private Uni<Answer> readSigned(Request request, Signer key) {
        return Uni.createFrom().deferred(() -> {
            var offset = clock.offset(request.service());
            return readDated(request, key)
                    .onFailure(failure -> failure instanceof UpstreamFailure.Refused refused
                            && refused.isAboutCredential()
                            && !clock.offset(request.service()).equals(offset))
                    .recoverWithUni(() -> readDated(request, key));
        });
    }

    private Uni<Answer> readDated(Request request, Signer key) {
        return call(
                request,
                key,
                true,
                wire -> clock.now()
                        .onFailure()
                        .transform(failure ->
                                new NotStarted(Why.CREDENTIAL, "there is no clock to date the call by", null, failure))
                        .map(now -> request.signedWith(key, clock.shownBy(request.service(), now)))
                        .flatMap(headers -> request.over(wire, headers)));
    }

    private Uni<Answer> withToken(Request request, Credential.IamUser user, boolean read) {
        return tokens.of(request.projectId(), user)
                .flatMap(token -> carrying(token, request, user, read)
                        .onFailure(failure -> failure instanceof NotStarted notStarted
                                && notStarted.why() == Why.TOKEN_STALE
                                && tokens.renew(request.projectId(), token))
                        .recoverWithUni(() -> tokens.of(request.projectId(), user)
                                .flatMap(fresh -> carrying(fresh, request, user, read))));
    }

    private Uni<Answer> carrying(String token, Request request, Credential.IamUser user, boolean read) {
        var headers = request.withToken(token);
        return call(
                request,
                new Tokens.Scope(user, request.projectId()),
                read,
                wire -> request.over(wire, headers).invoke(answer -> {
                    if (Sorting.isBadCredential(answer)) {
                        tokens.drop(request.projectId(), token);
                    }
                }));
    }

    private Uni<Answer> call(Request request, Object credential, boolean read, Function<Wire, Uni<Answer>> exchange) {
        return guards.call(new Guards.Call<>(
                request.service(),
                request.projectId(),
                lockouts.of(credential),
                request.before(),
                read,
                exchange,
                answer -> success(request.service(), answer)));
    }

    private static Answer success(Service service, Answer answer) {
        if (!answer.isSuccess() || !answer.body().isObject()) {
            throw service.failure(answer);
        }
        return answer;
    }
}
