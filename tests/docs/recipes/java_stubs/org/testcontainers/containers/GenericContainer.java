package org.testcontainers.containers;

import org.testcontainers.containers.wait.strategy.WaitStrategy;
import org.testcontainers.utility.DockerImageName;

public class GenericContainer<SELF extends GenericContainer<SELF>> implements AutoCloseable {
    public GenericContainer(DockerImageName image) {}
    protected void configure() {}
    protected SELF self() { return null; }
    public SELF withExposedPorts(Integer... ports) { return null; }
    public SELF waitingFor(WaitStrategy strategy) { return null; }
    public SELF withCommand(String... words) { return null; }
    public SELF withNetworkAliases(String... aliases) { return null; }
    public String getHost() { return null; }
    public Integer getMappedPort(int port) { return null; }
    @Override public void close() {}
}
