import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';

/**
 * Code that a function of this program writes into a folder, without Docker.
 *
 * @param name - tells assets apart: the CDK builds each name once
 */
export function builtHere(name: string, build: (folder: string) => void): Code {
  return Code.fromAsset(import.meta.dirname, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('none'),
      command: [name],
      local: {
        tryBundle: (folder) => {
          build(folder);
          return true;
        },
      },
    },
  });
}
