package dev.attachgateway.access;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.attachgateway.access.policy.Action;
import dev.attachgateway.access.policy.Permission;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The JSON form of a caller's identity. */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@Schema(
        name = "Whoami",
        requiredProperties = {"caller", "issuer", "subject", "groups", "credential_ends_at", "project_id", "permissions"
        })
record WhoamiJson(
        @Schema(
                description = "Issuer and subject, as in the caller field of operations.",
                examples = "sandbox:attacher")
        String caller,

        @Schema(description = "The name of the issuer in the gateway's configuration.", examples = "sandbox")
        String issuer,

        @Schema(examples = "attacher") String subject,

        @Schema(description = "The caller's groups that have a grant in the project.")
        List<String> groups,

        @Schema(description = "When the credential expires.", format = "date-time")
        String credentialEndsAt,

        String projectId,
        List<PermissionJson> permissions) {

    static WhoamiJson of(CallerIdentity identity, String projectId) {
        return new WhoamiJson(
                identity.caller().displayName(),
                identity.caller().issuer(),
                identity.caller().subject(),
                sorted(identity.grantedGroups()),
                identity.expiresAt().truncatedTo(ChronoUnit.SECONDS).toString(),
                projectId,
                identity.permissions().stream().map(PermissionJson::of).toList());
    }

    private static List<String> sorted(Collection<String> values) {
        return values.stream().sorted().toList();
    }

    /** Allowed actions on a set of servers and disks; each permission allows by itself. */
    @Schema(
            name = "Permission",
            requiredProperties = {"actions", "servers", "disks"})
    record PermissionJson(
            @Schema(description = "Any of read, attach, detach and operate; none implies another.")
            List<String> actions,

            @Schema(description = "Ids, or * for all.") List<String> servers,

            @Schema(description = "Ids, or * for all.") List<String> disks) {

        static PermissionJson of(Permission permission) {
            return new PermissionJson(
                    permission.actions().stream().sorted().map(Action::wireName).toList(),
                    sorted(permission.servers()),
                    sorted(permission.disks()));
        }
    }
}
