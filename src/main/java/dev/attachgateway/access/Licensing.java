package dev.attachgateway.access;

import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jboss.logging.Logger;

/** Gives licences, and says what has become of them. */
@ApplicationScoped
public class Licensing {
    private static final Logger LOG = Logger.getLogger(Licensing.class);

    private final Grants grants;
    private final AccessKeys keys;
    private final Sessions sessions;

    Licensing(Grants grants, AccessKeys keys, Sessions sessions) {
        this.grants = grants;
        this.keys = keys;
        this.sessions = sessions;
    }

    /**
     * A licence for the caller of an exchange.
     *
     * @param projectId in lower case
     * @param sight what the doorman has just let the caller see
     * @throws NotAuthenticated when nobody was let in
     */
    public Licence licence(RoutingContext exchange, String projectId, Sight sight) {
        Authenticated caller = Doorman.authenticated(exchange);
        return new Licence(new Licence.Right(caller.caller(), projectId, sight, caller.rests()), caller.until());
    }

    /** Whether a right still holds. Nothing goes on record: whoever is refused for it comes back and is asked anew. */
    public Licence.Verdict verdict(Licence.Right right) {
        if (right.rests().filter(Revocable::isRevoked).isPresent()) {
            return Licence.Verdict.WITHDRAWN;
        }
        try {
            return grants.sight(right.caller(), right.projectId()).covers(right.sight())
                    ? Licence.Verdict.HOLDS
                    : Licence.Verdict.WITHDRAWN;
        } catch (RuntimeException e) {
            LOG.debug("The access policy could not be asked again", e);
            return Licence.Verdict.UNDECIDED;
        }
    }

    /** Equal to an earlier one only when no verdict has changed since, except by those that were undecided. */
    public Object edition() {
        try {
            return List.of(grants.edition(), keys.edition(), sessions.edition());
        } catch (RuntimeException e) {
            return new Object();
        }
    }
}
