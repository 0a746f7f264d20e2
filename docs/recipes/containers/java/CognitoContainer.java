import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** The Cognito emulator in a container. */
public class CognitoContainer extends GenericContainer<CognitoContainer> {
    private static final int PORT = 5000;
    private final List<String> allowedHosts = new ArrayList<>();

    public CognitoContainer() {
        this("cognito-mfa-harness");
    }

    public CognitoContainer(String image) {
        super(DockerImageName.parse(image));
        withExposedPorts(PORT);
        waitingFor(Wait.forHttp("/_harness/health").forPort(PORT).forStatusCode(200));
    }

    /** Lets programs call the emulator by further names, such as its alias in a network. */
    public CognitoContainer allowingHosts(String... names) {
        allowedHosts.addAll(List.of(names));
        return self();
    }

    @Override
    protected void configure() {
        List<String> words = new ArrayList<>(List.of("serve", "--host", "0.0.0.0", "--port", "5000"));
        words.addAll(List.of("--allow-host", getHost()));
        for (String name : allowedHosts) {
            words.addAll(List.of("--allow-host", name));
        }
        withCommand(words.toArray(new String[0]));
    }

    /** The endpoint for the AWS SDK, and for the controls under /_harness/. */
    public URI getEndpoint() {
        return URI.create("http://" + getHost() + ":" + getMappedPort(PORT));
    }
}
