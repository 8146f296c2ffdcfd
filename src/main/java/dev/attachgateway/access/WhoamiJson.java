package dev.attachgateway.access;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.attachgateway.access.policy.Action;
import dev.attachgateway.access.policy.Permission;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A caller as the gateway knows it. */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@Schema(
        name = "Whoami",
        requiredProperties = {"caller", "issuer", "subject", "groups", "credential_ends_at", "project_id", "permissions"
        })
record WhoamiJson(
        @Schema(description = "Issuer and subject, as operations name the caller.", examples = "sandbox:attacher")
        String caller,

        @Schema(description = "The name under which the gateway knows the issuer.", examples = "sandbox")
        String issuer,

        @Schema(examples = "attacher") String subject,

        @Schema(description = "Those of the caller's groups to which something is granted in the project.")
        List<String> groups,

        @Schema(description = "From then on the credential is refused.", format = "date-time")
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

    private static List<String> sorted(Collection<String> words) {
        return words.stream().sorted().toList();
    }

    /** What may be done with which of the servers and disks; each permission is enough by itself. */
    @Schema(
            name = "Permission",
            requiredProperties = {"actions", "servers", "disks"})
    record PermissionJson(
            @Schema(description = "Of read, attach, detach and operate; none implies another.")
            List<String> actions,

            @Schema(description = "Ids, or * for every one.")
            List<String> servers,

            @Schema(description = "Ids, or * for every one.")
            List<String> disks) {

        static PermissionJson of(Permission permission) {
            return new PermissionJson(
                    permission.actions().stream().sorted().map(Action::wireName).toList(),
                    sorted(permission.servers()),
                    sorted(permission.disks()));
        }
    }
}
