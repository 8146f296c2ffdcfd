package dev.attachgateway.access.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.policy.ReadScope.ResourceSet;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Proves that a read scope includes exactly what the single decisions allow. */
class ReadScopeTest {
    private static final String PROJECT = "p1";
    private static final Caller CALLER = new Caller("sandbox", "me", Set.of("team"));

    private static Grant grant(String project, List<String> servers, List<String> disks, Action... actions) {
        return new Grant(
                "g",
                "sandbox",
                Set.of(),
                Set.of("me"),
                Set.of(project),
                Set.copyOf(servers),
                Set.copyOf(disks),
                Arrays.stream(actions).collect(Collectors.toSet()));
    }

    @Test
    void a_read_scope_agrees_with_every_single_decision() {
        var grants = new GrantPolicy(List.of(
                grant(PROJECT, List.of("s1"), List.of("*"), Action.READ),
                grant(PROJECT, List.of("s2", "s3"), List.of("d1"), Action.READ, Action.ATTACH),
                grant(PROJECT, List.of("s4"), List.of("*"), Action.ATTACH, Action.OPERATE),
                grant("p2", List.of("*"), List.of("*"), Action.READ)));
        var readScope = grants.readScope(CALLER, PROJECT);
        for (var server : List.of("s1", "s2", "s3", "s4", "s5")) {
            for (var disk : List.of("d1", "d2")) {
                assertThat(readScope.includes(server, disk))
                        .as(server + " " + disk)
                        .isEqualTo(
                                grants.decide(CALLER, Action.READ, PROJECT, server, disk) instanceof Decision.Allowed);
            }
        }
        for (var id : List.of("s1", "s2", "s4", "s5", "d1", "d2")) {
            assertThat(readScope.includesServer(id))
                    .as(id)
                    .isEqualTo(grants.decide(CALLER, Action.READ, PROJECT, id, null) instanceof Decision.Allowed);
            assertThat(readScope.includesDisk(id))
                    .as(id)
                    .isEqualTo(grants.decide(CALLER, Action.READ, PROJECT, null, id) instanceof Decision.Allowed);
        }
        assertThat(readScope.serverFilter()).contains(Set.of("s1", "s2", "s3"));
        assertThat(readScope.diskFilter()).isEmpty();
        assertThat(readScope.includesDiskOnEveryServer("d1")).isFalse();
        assertThat(readScope.isUnrestricted()).isFalse();
    }

    @Test
    void a_disk_is_included_on_every_server_when_one_grant_covers_all_servers() {
        var readScope = new GrantPolicy(List.of(
                        grant(PROJECT, List.of("*"), List.of("d1"), Action.READ),
                        grant(PROJECT, List.of("s1"), List.of("*"), Action.READ)))
                .readScope(CALLER, PROJECT);
        assertThat(readScope.includesDiskOnEveryServer("d1")).isTrue();
        assertThat(readScope.includesDiskOnEveryServer("d2")).isFalse();
        assertThat(readScope.serverFilter()).isEmpty();
    }

    @Test
    void one_unrestricted_grant_makes_the_read_scope_unrestricted() {
        var limited = grant(PROJECT, List.of("s1"), List.of("d1"), Action.READ);
        var wide = grant("*", List.of("*", "s2"), List.of("*"), Action.READ);
        assertThat(new GrantPolicy(List.of(limited, wide)).readScope(CALLER, PROJECT))
                .isEqualTo(ReadScope.UNRESTRICTED);
        assertThat(new GrantPolicy(List.of(wide)).readScope(CALLER, PROJECT).isUnrestricted())
                .isTrue();
    }

    @Test
    void the_same_entitlement_gives_equal_read_scopes() {
        assertThat(new ReadScope(Set.of(new ResourceSet(Set.of("*", "s1"), Set.of("d1")))))
                .isEqualTo(new ReadScope(Set.of(new ResourceSet(Set.of("*"), Set.of("d1")))));
        assertThat(new ReadScope(Set.of(new ResourceSet(Set.of("s1"), Set.of("d1")))))
                .isNotEqualTo(new ReadScope(Set.of(new ResourceSet(Set.of("s1"), Set.of("d2")))));
    }

    @Test
    void without_a_grant_the_read_scope_is_empty() {
        var readScope = new GrantPolicy(List.of()).readScope(CALLER, PROJECT);
        assertThat(readScope.resourceSets()).isEmpty();
        assertThat(readScope.includes("s1", "d1")).isFalse();
    }

    private static ReadScope readScope(ResourceSet... resourceSets) {
        return new ReadScope(Set.of(resourceSets));
    }

    private static ResourceSet resourceSet(String servers, String disks) {
        return new ResourceSet(Set.of(servers.split(",")), Set.of(disks.split(",")));
    }

    @Test
    void a_read_scope_covers_the_same_resources_however_its_grants_are_split() {
        var scope = readScope(resourceSet("s1,s2", "d1,d2"));
        assertThat(scope.covers(scope)).isTrue();
        assertThat(ReadScope.UNRESTRICTED.covers(scope)).isTrue();
        assertThat(readScope(resourceSet("*", "d1"), resourceSet("s1,s2", "d2,d3"))
                        .covers(scope))
                .isTrue();
        assertThat(readScope(resourceSet("s1", "*"), resourceSet("s2", "d1"), resourceSet("s2,s3", "d2"))
                        .covers(scope))
                .isTrue();
        assertThat(readScope(resourceSet("*", "d1"), resourceSet("*", "*")).covers(ReadScope.UNRESTRICTED))
                .isTrue();
    }

    @Test
    void a_read_scope_does_not_cover_a_scope_with_any_other_resource() {
        var scope = readScope(resourceSet("s1,s2", "d1,d2"));
        assertThat(readScope().covers(scope)).isFalse();
        assertThat(scope.covers(ReadScope.UNRESTRICTED)).isFalse();
        assertThat(readScope(resourceSet("s1", "*")).covers(scope)).isFalse();
        assertThat(readScope(resourceSet("*", "d1"), resourceSet("s1", "d2")).covers(scope))
                .isFalse();
        assertThat(readScope(resourceSet("s1,s2", "*"), resourceSet("*", "d1,d2"))
                        .covers(readScope(resourceSet("*", "*"))))
                .isFalse();
        assertThat(readScope(resourceSet("s1,s2", "*")).covers(readScope(resourceSet("*", "d1"))))
                .isFalse();
    }
}
